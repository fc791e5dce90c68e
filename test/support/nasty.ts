/** Pieces that have broken parsers of Markdown, markers and tables. */
const PIECES = [
  '-->', '<!--', '</details>', '<details>', '```', '````', '~~~', '`', '\\`', '\r\n', '\n', '\n\n', '\r', '\u2028', '\u200B', '\u202E', '\uFEFF', '\uD83D', 'é', 'e\u0301', '🙂', '👩‍👩‍👧', '$&', '$1', '"', '\\',
  ' ', '  ', '- ', '> ', '| ', '### Acceptance criteria\n', '- [ ] ', '- [x] x', '\nParent: GH-9\n', '\nDepends on: #5\n', '@bob', '@', '&#64;', '&#35;', '&', '#5', 'Closes #5', 'fixes ', 'GH-7',
  '```json\n{"version":1}\n```', '\n<!-- pilot:child {"parent":9,"plan":"aaaaaaaaaaaa","key":"bbbbbbbbbbbb","order":1} -->\n', '<!-- pilot:plan v1 -->', 'end', ';', '[', ']', '](', '{', '}', '<b>', '%%', 'word', 'https://github.com/o/r/issues/5',
] as const

/** `count` texts of up to 14 pieces; always the same ones, so that a failure can be met again. */
export function nasties(count: number, seed = 1): string[] {
  const random = lcg(seed)
  return Array.from({length: count}, () => Array.from({length: Math.floor(random() * 15)}, () => PIECES[Math.floor(random() * PIECES.length)]!).join(''))
}

/** Numbers in [0, 1) from a seed (the constants of Numerical Recipes). */
export function lcg(seed: number): () => number {
  let state = seed >>> 0
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
}
