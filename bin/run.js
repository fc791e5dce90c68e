#!/usr/bin/env node
import module from 'node:module'

// Node 20 has no compile cache; where it exists it must be on before the first import of oclif.
module.enableCompileCache?.()
const {execute} = await import('@oclif/core')
await execute({dir: import.meta.url})
