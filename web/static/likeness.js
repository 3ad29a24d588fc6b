// How much two sentences say the same, judged by their words.

const words = (text) => new Set(text.toLocaleLowerCase().normalize("NFKD").replace(/[^\p{L}\p{N}\s]/gu, "").split(/\s+/).filter((word) => word.length > 2));

/** Return the share of words that two sentences have in common: 0 none, 1 all. */
export function likeness(one, other) {
  const [a, b] = [words(one), words(other)];
  const shared = [...a].filter((word) => b.has(word)).length;
  return shared / Math.max(1, a.size + b.size - shared);
}
