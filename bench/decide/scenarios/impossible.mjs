// Two children can never pass: the first, which another one waits for, and the last, after which no work remains.
export const title = 'impossible children'

export const files = {
  'check.sh': '! ls parts 2>/dev/null | grep -q device || { echo "Error: no machine of this project has a serial port"; exit 1; }\n',
}
export const verify = ['sh check.sh']
export const children = [
  {title: 'feat(device): talk to the device', body: 'Talk to the device in parts/device.js.'},
  {title: 'feat(panel): show the device', body: 'Show it in parts/panel.js.', after: [1]},
  {title: 'feat(log): write the log', body: 'Write parts/log.js.'},
  {title: 'feat(device2): talk to the second device', body: 'Talk to it in parts/device2.js.'},
]

/** Another try each time, none of which can help. */
export const works = ({part, attempt}) => ({files: {[`parts/${part}.js`]: `// attempt ${attempt}\n`}, say: `wrote parts/${part}.js`})
