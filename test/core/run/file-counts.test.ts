import {expect, it} from 'vitest'
import {fileCounts} from '../../../src/lib/core/run/file-counts.js'

const PATCH = `diff --git a/src/a.ts b/src/a.ts
index 111..222 100644
--- a/src/a.ts
+++ b/src/a.ts
@@ -1,3 +1,3 @@
 one
-two
+2
+--- a/three
@@ -9 +9,0 @@ here
--- gone
diff --git a/pic.png b/pic.png
Binary files a/pic.png and b/pic.png differ
diff --git a/old.ts b/new name.ts
similarity index 90%
rename from old.ts
rename to new name.ts
diff --git "a/\\303\\244.ts" "b/\\303\\244.ts"
new file mode 100644
--- /dev/null
+++ "b/\\303\\244.ts"
@@ -0,0 +1 @@
+x
`

it('counts the lines of every file, and not those of its header', () => {
  expect(fileCounts(PATCH)).toEqual([
    {path: 'src/a.ts', additions: 2, deletions: 2}, {path: 'pic.png', additions: 0, deletions: 0}, {path: 'new name.ts', additions: 0, deletions: 0},
    {path: '\\303\\244.ts', additions: 1, deletions: 0},
  ])
  expect(fileCounts('')).toEqual([])
})
