type Patterns = {openers: readonly RegExp[]; skips: readonly RegExp[]}

/** In any language: `test(` and `it(` of JavaScript and its like, and what is written like nothing else. */
const ANYWHERE: Patterns = {
  openers: [
    /^\s*(?:await\s+)?(?:t\.|Deno\.)?[xf]?(?:it|test|describe|context|suite|specify)(?:\.\w+)*\s*[(`]/, /^\s*(?:async\s+)?def test\w*\s*\(/,
    /^func (?:Test|Fuzz|Example)\w*\(/, /^\s*#\[(?:\w+::)?test\b/, /^\s*@(?:Test|ParameterizedTest)\b/, /^\s*(?:it|test|describe)\s+['"]/,
  ],
  skips: [
    // no chain is longer, and one without an end, begun at each `it`, would take the square of a line of them
    /\b(?:it|test|describe|context|suite|specify)(?:\.\w+){0,8}\.(?:skip|todo|only|skipIf|runIf|fails)\b/, /^\s*(?:await\s+)?[xf](?:it|describe|test|context|specify)\b(?:\.\w+)*\s*[(`]/,
    /\b(?:skip|todo|only)['"]?\s*:\s*(?:true\b|['"`])/, /\b(?:t|this|ctx)\.(?:skip|todo)\(/, /\bpytest\.(?:skip|xfail|importorskip)\(/, /\bpytest\.mark\.(?:skip|xfail)/,
    /@?unittest\.(?:skip|expectedFailure)/, /\bself\.skipTest\(/, /@(?:Disabled|Ignore)\b/, /\bt\.Skip(?:Now|f)?\(/, /#\[ignore\b/,
  ],
}

/** What means something else in other languages: a trait `:pending`, a macro `TEST`, a method `skip`. */
const LANGUAGES: readonly (Patterns & {files: RegExp})[] = [
  // PHPUnit, Pest
  {
    files: /\.php$/i, openers: [/^\s*(?:(?:final|public|static)\s+)*function\s+test\w*\s*\(/i, /^\s*#\[(?:[\w\\]+\\)?Test\b/, /^\s*\/?\*+\s*@test\b/],
    skips: [/\bmarkTest(?:Skipped|Incomplete)\s*\(/, /^\s*\}\)->(?:skip|todo)\(/],
  },
  // xUnit, NUnit, MSTest; F# writes [<Fact>]
  {
    files: /\.(?:cs|fs)$/i, openers: [/^\s*\[<?(?:Fact|Theory|Test|TestCase|TestCaseSource|TestMethod|DataTestMethod)\b/],
    skips: [/^\s*\[.{0,200}\bSkip\s*=/, /^\s*\[<?(?:.{0,200},\s*)?(?:Ignore|Explicit)\b/, /\bAssert\.(?:Ignore|Inconclusive|Skip)\(/],
  },
  // XCTest, Swift Testing
  {
    files: /\.swift$/i, openers: [/^\s*(?:(?:public|open|internal|override|final|@\w+)\s+)*func\s+test\w*\s*\(/],
    skips: [/\bXCTSkip(?:If|Unless)?\b/, /@(?:Test|Suite)\(.{0,200}\.disabled\b/],
  },
  // minitest, RSpec
  {
    files: /\.rb$/i, openers: [/^\s*def\s+test_/, /^\s*(?:RSpec\.)?[xf]?(?:it|specify|example|describe|context|scenario|feature|test)\b\s*(?:['"{(]|do\b)/],
    skips: [
      /^\s*(?:RSpec\.)?[xf](?:it|specify|example|describe|context|scenario|feature)\b\s*(?:['"{(]|do\b)/, /^\s*(?:skip|pending)\b(?!\s*(?:[=.,:[)&|]|[-+*/<>]\s))/,
      /^\s*(?:RSpec\.)?(?:it|specify|example|describe|context|scenario|feature)\b.{0,300},\s*(?::(?:skip|pending)\b|(?:skip|pending):\s*(?!false|nil))/,
    ],
  },
  // GoogleTest, Catch2, doctest, Boost
  {
    files: /\.(?:c|cc|cpp|cxx|h|hh|hpp|cu|mm?)$/i, openers: [/^\s*(?:TYPED_)?TEST(?:_F|_P|_CASE|_METHOD)?\s*\(/, /^\s*BOOST_(?:AUTO|FIXTURE)_TEST_CASE\s*\(/, /^\s*-\s*\(void\)\s*test\w*/],
    skips: [/\bGTEST_SKIP\b/, /\bDISABLED_\w/, /\bXCTSkip(?:If|Unless)?\b/],
  },
  {files: /\.go$/i, openers: [/^func \(\w+ \*?\w+\) Test\w*\(/], skips: [/(?:\b(?:b|f|tb)|\bT\(\))\.Skip(?:Now|f)?\(/]},
  // JUnit, TestNG
  {files: /\.(?:java|kt|scala|groovy)$/i, openers: [/^\s*@(?:RepeatedTest|TestFactory|TestTemplate)\b/], skips: [/@Disabled\w+/, /@Test\(.{0,200}\benabled\s*=\s*false\b/]},
]

const matches = (file: string, line: string, kind: keyof Patterns): boolean =>
  [ANYWHERE, ...LANGUAGES.filter(({files}) => files.test(file))].some((patterns) => patterns[kind].some((pattern) => pattern.test(line)))

/** Above what it marks: an annotation or attribute, or a comment with one. */
const MARK = /^\s*(?:@|#\[|\/?\*+\s*@)/
/** What the mark and the test that it marks can have between them: further marks, comments and blank lines. */
const BETWEEN = /^\s*(?:$|[@#*[]|\/[/*])/
const DECLARATION = /\b(?:function|func|fun|def|void)\b/

/**
 * How many tests, or groups of tests, these lines of a test file begin, switched off or not. One that is a test by a mark above it and by its name as
 * well is one.
 */
export function countTests(file: string, lines: readonly string[]): number {
  let count = 0
  let isMarked = false
  for (const line of lines) {
    const opens = matches(file, line, 'openers')
    const isMark = opens && MARK.test(line) && !DECLARATION.test(line)
    if (opens && (isMark || !isMarked)) count++
    isMarked = isMark || isMarked && BETWEEN.test(line)
  }
  return count
}

/** Does this line of a test file switch a test off, or all but one? */
export const switchesOff = (file: string, line: string): boolean => matches(file, line, 'skips')
