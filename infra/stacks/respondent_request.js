// Runs in the CDN for respondents' pages: passes on nothing that tells one browser from another, refuses what is too large.
// What stands between underscores is put in when the stack is made.
const LOCALES = __LOCALES__;
const LARGEST_BODY = __LARGEST_BODY__;

function handler(event) {
  const request = event.request;
  const headers = request.headers;
  const length = headers['content-length'];
  if (length && Number(length.value) > LARGEST_BODY) {
    return { statusCode: 413, statusDescription: 'Content Too Large', headers: { 'cache-control': { value: 'no-store' } } };
  }
  // One page for each language, however browsers put it, so that a class gets it from the cache.
  const language = headers['accept-language'];
  headers['accept-language'] = { value: bestLocale(language && language.value) };
  const accept = headers['accept'];
  const isScript = accept && accept.value.startsWith('application/json');
  headers['accept'] = { value: isScript ? 'application/json' : 'text/html' };
  const chosen = request.querystring['lang'];
  request.querystring = chosen && LOCALES.includes(chosen.value) ? { lang: { value: chosen.value } } : {};
  return request;
}
