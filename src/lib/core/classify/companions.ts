const THING = '(?:(?:unit|integration|e2e|end-to-end|regression|acceptance|api|user|developer|automated|missing)[ -])*(?:tests?|test (?:cases|coverage|suite)|specs|docs?|documentation|readme(?:\\.md)?|changelog(?:\\.md)?|release notes?)'
const COMPANION = new RegExp(`^\\W*(?:(?:add|write|update|extend|adapt|adjust|create|include|provide|improve)\\s+)?(?:(?:the|some|more|new|all|its|their)\\s+)*\`?${THING}\`?(?:(?:\\s*(?:,|&|/)\\s*|\\s+and\\s+)(?:(?:the|some|more|new)\\s+)*\`?${THING}\`?)*`
  + '(?:\\s+(?:for|of|to|about|with|accordingly|on)\\b.*)?\\W*$', 'i')

/**
 * "Add tests for it", "Docs": what comes with a change and is no piece beside it. It lies in no place of its own, and can only be made when what
 * it is about is there.
 */
export const isCompanionWork = (title: string): boolean => COMPANION.test(title.slice(0, 120))
