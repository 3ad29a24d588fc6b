// Runs in the CDN for static pages: finds the file behind an address, and a language for the bare domain.
// What stands between underscores is put in when the stack is made.
const LOCALES = __LOCALES__;
const PAGES = __PAGES__;
const FILES = __FILES__;

function redirect(to) {
  return {
    statusCode: 302,
    statusDescription: 'Found',
    headers: { location: { value: to }, 'cache-control': { value: 'no-store' } },
  };
}

function handler(event) {
  const request = event.request;
  const uri = request.uri;
  if (uri.startsWith('/static/') || FILES.includes(uri)) {
    return request;
  }
  const accepted = request.headers['accept-language'];
  const preferred = bestLocale(accepted && accepted.value);
  if (uri === '/') {
    return redirect('/' + preferred + '/');
  }
  const locale = uri.split('/')[1];
  const page = uri.slice(locale.length + 2);
  const home = '/' + locale;
  if (!LOCALES.includes(locale)) {
    request.uri = '/' + preferred + '/404.html';
  } else if (uri !== home && PAGES.includes(page)) {
    request.uri = uri.endsWith('/') ? uri + 'index.html' : uri;
  } else if (uri === home || PAGES.includes(page + '/')) {
    return redirect(uri + '/');
  } else {
    request.uri = home + '/404.html';
  }
  return request;
}
