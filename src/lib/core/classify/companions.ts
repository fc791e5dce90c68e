const OF = '(?:(?:unit|integration|e2e|end-to-end|regression|acceptance|automated|missing|corresponding|relevant|api|user|developer|code|more|some|new|all|the|its|their)[ -]){0,4}'
const THING = `${OF}\`?(?:tests?|test (?:cases?|coverage|suite)|specs|docs?|documentation|testing|qa|quality assurance|readme(?:\\.md)?|changelog(?:\\.md)?|release notes?)\`?`
const COMPANION = new RegExp(`^\\W*(?:(?:add|write|update|extend|adapt|adjust|create|fix|run|include|provide|improve)\\s+)?${THING}(?:(?:\\s*[,&/]\\s*|\\s+and\\s+|, and\\s+)${THING}){0,4}`
  + '(?:\\s+(?:for|of|to|about|with|on|in|accordingly|as|pass|where|if)\\b.*)?\\W*$', 'i')

/**
 * "Add tests for it", "Docs": what every change brings with it and no piece of work beside others. It lies in no place of its own, and can only be
 * made when what it is about is there. A "docs site" or a "test runner" is a thing to build.
 */
export const isCompanionWork = (title: string): boolean => COMPANION.test(title.slice(0, 200))
