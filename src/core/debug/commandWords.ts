/**
 * The words behind `node` and `python`, taken apart as those programs do it: what is theirs, what they execute, and what that is
 * given. Debuggers want the three apart.
 */

export interface SplitCommand {
  /** The interpreter's own options, in their order. */
  readonly options: readonly string[];
  readonly target: DebugTarget | undefined;
  readonly args: readonly string[];
}

/** `options`: they say themselves what is executed (`--eval`, `--run`, `--test`). */
export type DebugTarget =
  { readonly kind: 'program' | 'module' | 'code'; readonly text: string } | { readonly kind: 'options' };

/** Options of Node whose value may be a word of its own. V8's options always have theirs behind "=". */
const nodeValues = new Set(
  `-C --conditions --cpu-prof-dir --cpu-prof-interval --cpu-prof-name --diagnostic-dir --disable-proto --disable-warning
  --dns-result-order --env-file --env-file-if-exists --experimental-config-file --experimental-loader --loader
  --experimental-default-type --heap-prof-dir --heap-prof-interval --heap-prof-name --heapsnapshot-near-heap-limit
  --heapsnapshot-signal --icu-data-dir --import --input-type --localstorage-file --max-http-header-size
  --network-family-autoselection-attempt-timeout --openssl-config --redirect-warnings --report-dir --report-directory
  --report-filename --report-signal -r --require --secure-heap --secure-heap-min --test-concurrency
  --test-coverage-branches --test-coverage-exclude --test-coverage-functions --test-coverage-include
  --test-coverage-lines --test-global-setup --test-isolation --experimental-test-isolation --test-name-pattern
  --test-reporter --test-reporter-destination --test-shard --test-skip-pattern --test-timeout --title --tls-cipher-list
  --tls-keylog --trace-event-categories --trace-event-file-pattern --trace-require-module --unhandled-rejections
  --use-largepages --v8-pool-size --watch-kill-signal --watch-path`.split(/\s+/),
);
/** They open a door for a debugger: the one that starts the program has its own. */
const nodeInspectors = /^--inspect(-brk|-wait)?(=|$)|^--(inspect-port|debug-port|inspect-publish-uid)=/;
const nodeInspectorValues = new Set(['--inspect-port', '--debug-port', '--inspect-publish-uid']);
/** With one of them there is no script: what it is given stands behind it, and is left to Node. */
const nodeWithoutScript = /^(-e|-p|-pe|--eval|--print|--run)(=|$)/;

/** `words` are those behind `node`. */
export function splitNode(words: readonly string[]): SplitCommand {
  const options: string[] = [];
  for (let at = words[0] === 'inspect' ? 1 : 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (nodeWithoutScript.test(word)) {
      return { options: [...options, ...words.slice(at)], target: { kind: 'options' }, args: [] };
    }
    if (nodeInspectors.test(word)) continue;
    if (nodeInspectorValues.has(word)) at++;
    else if (nodeValues.has(word)) options.push(word, ...words.slice(++at, at + 1));
    else if (word === '--' || word === '-' || !word.startsWith('-')) {
      const [text, ...args] = words.slice(word === '--' ? at + 1 : at);
      const isScript = text !== undefined && text !== '-';
      return { options, target: isScript ? { kind: 'program', text } : undefined, args };
    } else options.push(word);
  }
  return { options, target: options.includes('--test') ? { kind: 'options' } : undefined, args: [] };
}

const pythonLongValue = '--check-hash-based-pycs';

/** `words` are those behind `python`. Its short options can stand together: `-um train`. */
export function splitPython(words: readonly string[]): SplitCommand {
  const options: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '-') break;
    if (!word.startsWith('-')) {
      return { options, target: { kind: 'program', text: word }, args: words.slice(at + 1) };
    }
    if (word.startsWith('--')) {
      options.push(word);
      if (word === pythonLongValue) options.push(...words.slice(++at, at + 1));
      continue;
    }
    const [, flags = '', letter = '', rest = ''] = /^-([^cmWX]*)([cmWX]?)(.*)$/s.exec(word) ?? [];
    if (letter === 'c' || letter === 'm') {
      if (flags !== '') options.push(`-${flags}`);
      const text = rest === '' ? words[++at] : rest;
      if (text === undefined) break;
      return { options, target: { kind: letter === 'c' ? 'code' : 'module', text }, args: words.slice(at + 1) };
    }
    options.push(word);
    if (letter !== '' && rest === '') options.push(...words.slice(++at, at + 1));
  }
  return { options, target: undefined, args: [] };
}
