// Results as text for a terminal and as the page that is kept.

const verdict = ({ok, isTime}) => ok ? 'met' : isTime ? 'missed (a time)' : 'MISSED'

export function asText(results) {
  return results.map(({name, title, rows, parts}) => {
    const lines = [...rows.map((row) => [row.measure, row.value, row.goal, verdict(row)]), ...parts.map(([what, value]) => [`  ${what}`, value, '', ''])]
    const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column].length)))
    return [`${name}: ${title}`, ...lines.map((line) => `  ${line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ').trimEnd()}`)].join('\n')
  }).join('\n\n')
}

const table = (head, rows) => [`| ${head.join(' | ')} |`, `|${head.map(() => '---').join('|')}|`, ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n')

export function asMarkdown(results, {node, system, cores, cpu, load}) {
  const goals = results.flatMap(({name, rows}) => rows.map((row) => [`\`${name}\``, row.measure, row.value, row.goal, verdict(row)]))
  return [
    '# Benchmarks\n',
    '<!-- written by `npm run bench -- --write docs/benchmarks.md` -->\n',
    `Measured with Node ${node} on ${system}, ${cores} cores (${cpu}), load average ${load} (1, 5 and 15 minutes) at the start.
Times depend on what else the machine does and are reported only; memory and counts do not, and missing them fails the run.`,
    'Everything runs against the local GitHub of the sandbox, so network waits are those of loopback.\n',
    '```sh\nnpm run bench                 # all of them; exit 1 when memory or a count misses its goal\nnpm run bench -- stream       # one\nnpm run bench -- --json\n```\n',
    '## Goals\n', `${table(['benchmark', 'measure', 'here', 'goal', ''], goals)}\n`,
    ...results.filter(({parts}) => parts.length > 0).flatMap(({name, title, parts}) => [`## ${name}: ${title}\n`, `${table(['', 'here'], parts)}\n`]),
  ].join('\n')
}
