import {describe, expect, it} from 'vitest'
import {testFlags} from '../../../src/lib/core/run/test-flags.js'

const diff = (file: string, ...lines: string[]): string => [`diff --git a/${file} b/${file}`, 'index 1..2 100644', `--- a/${file}`, `+++ b/${file}`, '@@ -1 +1 @@', ...lines].join('\n')

describe('tests that are switched off', () => {
  it.each([
    ['test/a.test.ts', '  it.skip("x", () => {})'], ['src/a.spec.js', 'describe.only("x")'], ['src/__tests__/a.js', 'xit("x")'], ['test/a.js', '  xtest("x", f)'],
    ['test/a.js', '  fit("x", f)'], ['test/a.js', 'fdescribe("x", f)'], ['test/a.js', 'test("x", {skip: true}, f)'], ['test/a.js', 'test("x", { skip: "slow" }, f)'],
    ['test/a.js', '  t.skip()'], ['test/a.ts', 'it.concurrent.skip("x")'], ['test/a.ts', 'it.skipIf(ci)("x")'], ['test/a.ts', 'xit.each([1])("x")'],
    ['pkg/a_test.go', '\tt.SkipNow()'], ['pkg/a_test.go', '\tt.Skip("later")'], ['tests/test_a.py', '@pytest.mark.skip'], ['tests/test_a.py', '@pytest.mark.skipif(True)'],
    ['tests/test_a.py', '@pytest.mark.xfail'], ['test_a.py', '    pytest.skip("later")'], ['test_a.py', '    self.skipTest("later")'], ['test_a.py', '@unittest.skip("x")'],
    ['tests/a.rs', '#[ignore]'], ['src/lib.rs', '    #[ignore = "slow"]'], ['test/A.java', '  @Disabled'], ['src/FooTest.java', '  @Ignore'],
    ['tests/FooTest.php', '        $this->markTestSkipped("later");'], ['tests/FooTest.php', '        self::markTestIncomplete();'], ['tests/FooTest.php', "})->skip('later');"], ['Foo.Tests/Bar.cs', '    [Fact(Skip = "slow")]'],
    ['FooTests.cs', '    [Theory(DisplayName = "x", Skip="slow")]'], ['FooTests.cs', '    [Ignore("later")]'], ['FooTests.cs', '    [Test, Ignore("later")]'], ['FooTests.cs', '    [Ignore]'], ['FooTests.cs', '  Assert.Ignore("x");'],
    ['FooTests.fs', '  [<Fact(Skip = "x")>]'], ['AppTests/Foo.swift', '    throw XCTSkip("later")'], ['FooTests.swift', '    try XCTSkipIf(true)'], ['FooTests.swift', '  @Test(.disabled("x")) func a() {'],
    ['spec/a_spec.rb', "  xit 'does' do"], ['spec/a_spec.rb', "  skip 'later'"], ['spec/a_spec.rb', '  skip'], ['spec/a_spec.rb', "  pending 'does' do"], ['spec/a_spec.rb', "  it 'does', :skip do"], ['spec/a_spec.rb', '  xdescribe "x" do'],
    ['spec/a_spec.rb', "  it 'does', pending: 'later' do"], ['test/a_test.rb', '    skip("later")'], ['test/a_test.rb', '    skip if windows?'], ['src/foo_test.cc', '  GTEST_SKIP() << "later";'], ['src/foo_unittest.cc', 'TEST(Foo, DISABLED_Bar) {'],
    ['pkg/a_test.go', '\tb.Skip("later")'], ['pkg/a_test.go', '\ts.T().Skip("later")'], ['pkg/a_test.go', '\tt.Skipf("%d", 1)'], ['src/FooTest.java', '  @DisabledOnOs(OS.LINUX)'], ['src/FooTest.java', '  @Test(enabled = false)'],
  ])('%s %s', (file, line) => { expect(testFlags(diff(file, `+${line}`))).toEqual([`test switched off: ${file}`]) })

  it.each([
    ['test/a.test.ts', '-  expect.skip("x")'], ['test/a.test.ts', '   it.skip("x")'], ['src/a.ts', '+it.skip("x")'], ['test/a.test.ts', '+  edit.skip()'],
    ['src/latest/a.ts', '+it.skip("x")'], ['test/a.test.ts', '+  it("skips nothing")'], ['test/a.js', '+  model.fit(x)'], ['test/a.js', '+  {skip: false}'],
    ['src/Latest.java', '+@Ignore'], ['test/a.js', '+  rows.skip(2)'],
    ['tests/FooTest.php', '+    $rows->skip(2);'], ['FooTests.cs', '+    var rows = all.Skip(2);'], ['FooTests.cs', '+    rows[Ignore] = 1;'], ['FooTests.cs', '+    query.Skip = 2;'], ['spec/a_spec.rb', '+  create(:order, :pending)'],
    ['spec/a_spec.rb', '+  pending = create(:order)'], ['spec/a_spec.rb', '+  expect(skip).to be(1)'], ['spec/a_spec.rb', '+  skipped = 1'], ['spec/a_spec.rb', '+  skip.call'], ['src/foo.rb', "+  skip 'x'"], ['src/foo.cc', '+TEST(Foo, DISABLED_Bar) {'],
    ['test/a.js', "+  pending 'x'"], ['src/Foo.cs', '+  [Ignore]'], ['src/foo.php', '+  markTestSkipped()'], ['src/foo.go', '+\tb.Skip(1)'], ['FooTests.swift', '+  XCTSkipped()'],
  ])('not %s %s', (file, line) => { expect(testFlags(diff(file, line))).toEqual([]) })
})

describe('tests that are removed', () => {
  it.each([
    ['a.test.ts', '  test("x", () => {'], ['a.test.ts', '  it("x", () => {'], ['a.test.ts', 'describe("x", () => {'], ['a.test.ts', 'it.each([1, 2])("x", f)'], ['a.test.ts', 'it.each`a`'],
    ['tests/x.py', 'def test_x():'], ['tests/x.py', '    async def test_x(self):'], ['x_test.go', 'func TestX(t *testing.T) {'], ['src/lib.rs', '    #[test]'], ['tests/x.rs', '#[tokio::test]'],
    ['x/FooTest.java', '  @Test'], ['x_test.rb', '  it "does"'],
    ['tests/FooTest.php', '    public function testX(): void'], ['tests/FooTest.php', '    #[Test]'], ['tests/FooTest.php', '    /** @test */'], ['tests/FooTest.php', '     * @test'], ['FooTests.cs', '    [Fact]'], ['FooTests.cs', '    [Theory]'],
    ['Foo.Tests/Bar.cs', '    [Test]'], ['FooTests.cs', '    [TestMethod]'], ['FooTests.cs', '    [TestCase(1, 2)]'], ['FooTests.fs', '    [<Fact>]'], ['AppTests/Foo.swift', '    func testX() throws {'], ['FooTests.swift', '    @MainActor func testX() async {'],
    ['test/a_test.rb', '  def test_x'], ['test/test_a.rb', '  def test_x'], ['spec/a_spec.rb', '  it { is_expected.to be }'], ['spec/a_spec.rb', '  specify do'], ['spec/a_spec.rb', "  context 'x' do"], ['foo_test.cc', 'TEST(Foo, Bar) {'],
    ['foo_test.cc', 'TEST_F(Foo, Bar) {'], ['foo_test.cc', 'TEST_P(Foo, Bar) {'], ['FooTest.cpp', 'TEST_CASE("x") {'], ['x_test.go', 'func (s *Suite) TestX() {'], ['x/FooTest.java', '  @RepeatedTest(3)'],
  ])('%s %s', (file, line) => {
    expect(testFlags(diff(file, `-${line}`))).toEqual([`tests removed: ${file} (1)`])
    // another text, or another place
    expect(testFlags(diff(file, `-${line}`, `+${line} `))).toEqual([])
    expect(testFlags(diff(file, `+${line}`))).toEqual([])
  })

  it.each([
    ['tests/FooTest.php', ['    #[Test]', "    #[DataProvider('rows')]", '    public function testX(): void', '    {']],
    ['tests/FooTest.php', ['    /** @test */', '', '    // why', '    public function testX(): void', '    {']],
    ['tests/FooTest.php', ['    /**', '     * @test', '     */', '    public function testX(): void', '    {']],
    ['FooTests.swift', ['  @Test', '  func testX() {']], ['x/FooTest.groovy', ['  @Test', '  def testX() {']],
  ])('%s %j: by a mark and by its name it is one', (file, lines) => {
    const removed = lines.map((line) => `-${line}`)
    expect(testFlags(diff(file, ...removed))).toEqual([`tests removed: ${file} (1)`])
    expect(testFlags(diff(file, ...removed, '-  }', ...removed))).toEqual([`tests removed: ${file} (2)`])
    // one that is added does not make up for two
    expect(testFlags(diff(file, ...removed, '-  }', ...removed, ...lines.map((line) => `+${line} `)))).toEqual([`tests removed: ${file} (1)`])
  })
  it('a mark without its method does not hide the next one', () => {
    expect(testFlags(diff('tests/FooTest.php', '-    #[Test]', '     public function itAdds(): void', '-    public function testX(): void'))).toEqual(['tests removed: tests/FooTest.php (2)'])
    expect(testFlags(diff('tests/FooTest.php', '-    #[Test] public function itAdds(): void {}', '-    public function testX(): void {}'))).toEqual(['tests removed: tests/FooTest.php (2)'])
  })

  it('one that is skipped is not removed too', () => {
    expect(testFlags(diff('a.test.ts', '-it("x", f)', '+xit("x", f)'))).toEqual(['test switched off: a.test.ts'])
  })

  it.each([
    ['src/foo.php', 'function testX() {'], ['src/Foo.cs', '[Fact]'], ['Sources/Foo.swift', 'func testX() {'], ['lib/foo.rb', 'def test_x'], ['src/foo.cc', 'TEST(Foo, Bar)'], ['FooTests.cs', 'rows[Test] = 1'], ['FooTests.swift', 'let x = testX()'],
    ['tests/FooTest.php', '$this->testX()'], ['test/a.js', 'function testX() {'],
  ])('%s %s is none', (file, line) => { expect(testFlags(diff(file, `-${line}`))).toEqual([]) })

  it.each([
    ['spec/a_spec.rb', "  it 'does' do", "  xit 'does' do"], ['foo_test.cc', 'TEST(Foo, Bar) {', 'TEST(Foo, DISABLED_Bar) {'], ['FooTests.cs', '  [Fact]', '  [Fact(Skip = "x")]'], ['x/FooTest.java', '  @Test', '  @Test(enabled = false)'],
  ])('%s %s that is switched off is not removed too', (file, before, after) => { expect(testFlags(diff(file, `-${before}`, `+${after}`))).toEqual([`test switched off: ${file}`]) })

  it('a removed test file is named, another removed file is not, and each flag comes once', () => {
    const removed = (file: string) => [`diff --git a/${file} b/${file}`, 'deleted file mode 100644', 'index 1..0', '-x'].join('\n')
    const patch = [removed('test/old.test.ts'), removed('src/old.ts'), removed('src/old.rs'), diff('test/a.test.ts', '+it.skip("x")', '+it.skip("y")')].join('\n')
    expect(testFlags(patch)).toEqual(['test file removed: test/old.test.ts', 'test switched off: test/a.test.ts'])
  })

  it.each([
    ['test/a.test.ts', 'src/a.ts', ['test file renamed to one that is none: test/a.test.ts -> src/a.ts']], ['test/a.test.ts', 'test/b.test.ts', []], ['src/a.ts', 'src/b.ts', []],
  ])('renamed %s to %s', (from, to, flags) => {
    expect(testFlags([`diff --git a/${from} b/${to}`, 'similarity index 100%', `rename from ${from}`, `rename to ${to}`].join('\n'))).toEqual(flags)
  })
})

describe('another test command', () => {
  it.each([
    [['-    "test": "vitest"', '+    "test": "true"'], true], [['-    "test": "vitest",'], true], [['+    "test": "vitest"'], false], [['-    "test": "vitest"', '+    "test": "vitest",'], false],
    [['-  "scripts": {"test": "a", "lint": "x"}', '+  "scripts": {"test": "a", "lint": "y"}'], false], [['-    "pretest": "a"'], false],
  ])('%j: %s', (lines, flagged) => {
    expect(testFlags(diff('package.json', ...lines))).toEqual(flagged ? ['test command changed: package.json'] : [])
    expect(testFlags(diff('src/data.json', ...lines))).toEqual([])
  })
})

describe('quoted names', () => {
  it.each([
    ['diff --git "a/test/a\\nb.test.js" "b/test/a\\nb.test.js"', 'test/a\\nb.test.js'], ['diff --git a/src/x "b/test/q\\".test.js"', 'test/q\\".test.js'],
    ['diff --git "a/src/\\t" b/test/plain.test.js', 'test/plain.test.js'],
  ])('%s', (header, file) => {
    expect(testFlags(['diff --git a/src/before.ts b/src/before.ts', header, '+it.skip("x")'].join('\n'))).toEqual([`test switched off: ${file}`])
  })
})
