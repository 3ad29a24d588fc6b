// Runs in the CDN for static pages: finds the file behind an address, and a language for the bare domain.
// What stands between underscores is put in when the stack is made.
const LOCALES = __LOCALES__;
const PAGES = __PAGES__;
const FILES = __FILES__;

// The best of LOCALES by the browser's own order of preference; the first one when none fits.
function bestLocale(header) {
  let best = LOCALES[0];
  let bestQuality = 0;
  (header || '').split(',').forEach((part) => {
    const pieces = part.split(';q=');
    const language = pieces[0].trim().toLowerCase().split('-')[0];
    const quality = pieces.length > 1 ? parseFloat(pieces[1]) : 1;
    if (LOCALES.includes(language) && quality > bestQuality) {
      best = language;
      bestQuality = quality;
    }
  });
  return best;
}

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
