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

