/** The text of a shell agent that answers at once: writes a file, approves, words a commit. `plan` is its answer to the planning gate, `sleeps` seconds by issue. */
export const scriptedAgent = ({plan = '', sleeps = {}} = {}) => `#!/bin/sh
cat > /dev/null
case "$PILOT_GATE" in
  plan) cat <<'PLAN'
${plan}
PLAN
  ;;
  implement)
    case "$PILOT_ISSUE" in
${Object.entries(sleeps).map(([issue, wait]) => `      ${issue}) sleep ${wait} ;;`).join('\n')}
      *) ;;
    esac
    mkdir -p "part-$PILOT_ISSUE"
    echo "$PILOT_ISSUE" > "part-$PILOT_ISSUE/work.txt"
    echo 'did the work' ;;
  review) echo '{"verdict": "approve", "summary": "does what it should", "findings": []}' ;;
  commit) echo 'feat(app): do the work' ;;
esac
`
