// Runs in the CDN for static pages: the file that says «not found» carries a mark, and becomes a 404.
// A missing file of the bucket cannot: the CDN's own error pages would also replace the API's answers.
// Files are copied without the encoding of their texts, which is always the same.
function handler(event) {
  const response = event.response;
  const mark = response.headers['x-amz-meta-status'];
  if (mark && mark.value === '404') {
    response.statusCode = 404;
    response.statusDescription = 'Not Found';
    delete response.headers['x-amz-meta-status'];
  }
  const type = response.headers['content-type'];
  if (type && /^(text\/|image\/svg|application\/(java|ecma)script)[^;]*$/.test(type.value)) {
    type.value += '; charset=utf-8';
  }
  return response;
}
