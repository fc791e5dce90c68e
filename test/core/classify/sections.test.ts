import {expect, test} from 'vitest'
import {sectionOf} from '../../../src/lib/core/classify/sections.js'
import {signalsOf} from '../../../src/lib/core/classify/signals.js'

test.each([
  ['Tasks', 'work'], ['Aufgaben', 'work'], ['Teilaufgaben:', 'work'], ['Nächste Schritte', 'work'], ['Tâches', 'work'], ['Taches', 'work'], ['À faire', 'work'], ['Sous-tâches', 'work'], ['Tareas', 'work'], ['Próximos pasos', 'work'], ['Taken', 'work'],
  ['Attività', 'work'], ['Tarefas', 'work'], ['Zadania', 'work'], ['Задачи', 'work'], ['タスク', 'work'], ['任务', 'work'],
  ['Acceptance criteria', 'criteria'], ['Akzeptanzkriterien', 'criteria'], ['Abnahmekriterien', 'criteria'], ['Critères d\'acceptation', 'criteria'], ['Criterios de aceptación', 'criteria'], ['Acceptatiecriteria', 'criteria'], ['Acceptatie criteria', 'criteria'],
  ['Criteri di accettazione', 'criteria'], ['Critérios de aceitação', 'criteria'], ['Kryteria akceptacji', 'criteria'], ['Критерии приёмки', 'criteria'], ['受け入れ基準', 'criteria'], ['验收标准', 'criteria'], ['Erwartetes Verhalten', 'criteria'], ['Comportement attendu', 'criteria'], ['Comportamiento esperado', 'criteria'],
  ['Schritte zum Reproduzieren', 'reproduction'], ['Étapes pour reproduire', 'reproduction'], ['Pasos para reproducir', 'reproduction'], ['Stappen om te reproduceren', 'reproduction'], ['Steps to reproduce', 'reproduction'],
  ['Umgebung', 'template'], ['Environnement', 'template'], ['Entorno', 'template'], ['Omgeving', 'template'], ['Hintergrund', 'talk'], ['Contexte', 'talk'], ['Antecedentes', 'talk'], ['Achtergrond', 'talk'], ['Offene Fragen', 'talk'], ['Hors périmètre', 'excluded'],
  ['Findings', 'talk'], ['Analysis', 'talk'], ['What we found', 'talk'],
  ['Out of scope', 'excluded'], ['Out of scope for v1', 'excluded'], ['What is not in scope', 'excluded'], ['Non-goals', 'excluded'], ['Nicht-Ziele', 'excluded'], ['Won\'t do (for now)', 'excluded'], ['Scope', 'work'],
  ['Goals', 'aims'], ['Target users', 'aims'], ['Success metrics', 'aims'], ['Tech stack', 'aims'], ['Ziele', 'aims'], ['Users', 'plain'], ['Metrics', 'plain'],
  ['Browser', 'template'], ['Browser version', 'template'], ['Device info', 'template'], ['Software versions', 'template'], ['Browser extension', 'plain'], ['Hardware wallets', 'plain'], ['Usage', 'reproduction'], ['Usage metering', 'plain'], ['Approval workflow', 'plain'],
  ['Tasker', 'plain'], ['Hausaufgabenhilfe', 'plain'], ['Shelves', 'plain'], ['Die Taken', 'plain'],
])('%s: %s', (heading, kind) => { expect(sectionOf(heading)).toBe(kind) })

test('a container names its parts by words of forms', () => {
  const kinds = ['Configuration', 'Checklist', 'Steps', 'Environment', 'Steps to reproduce', 'Acceptance criteria'] as const
  expect(kinds.map((heading) => sectionOf(heading))).toEqual(['template', 'template', 'reproduction', 'template', 'reproduction', 'criteria'])
  expect(kinds.map((heading) => sectionOf(heading, 'container'))).toEqual(['plain', 'work', 'reproduction', 'template', 'reproduction', 'criteria'])
  expect(kinds.map((heading) => sectionOf(heading, 'epic'))).toEqual(['plain', 'work', 'work', 'template', 'reproduction', 'criteria'])
})

test.each(['Aufgaben', 'Tâches', 'Tareas'])('a list below %s is one of work', (heading) => {
  const body = `## ${heading}\n- [ ] Regal in \`apps/shop\`\n- [ ] Umschlag in \`apps/portal\`\n\n## Akzeptanzkriterien\n- [ ] Regal hat Umschlag\n- [ ] Umschlag hat Regal`
  expect(signalsOf({title: 'Regale', body, labels: []}).split.points.map(({places}) => places)).toEqual([['apps/shop'], ['apps/portal']])
})

test('what was found is not what is to be done', () => {
  const body = '**Findings**\n1. Support for shelves is old\n2. Use of covers is wide\n3. Store is slow\n\n**Subtasks**\n1. Add the table\n2. Add the page'
  expect(signalsOf({title: 'Regale', body, labels: []}).split.points.map(({title}) => title)).toEqual(['Add the table', 'Add the page'])
})
