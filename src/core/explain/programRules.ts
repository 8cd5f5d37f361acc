/** What keeps a program from starting, or from finding what it needs: the program itself, its interpreter, its modules, its inputs. */
import path from 'node:path';
import { type FailureEvidence, findLine, lastErrorOf, type Rule, wrote } from './evidence';

/** It never began: the executor, or what is checked before, says why. */
export const notStarted: Rule = ({ attempt, detail: { run } }) => {
  const said = attempt?.detail ?? run.evidence;
  if (attempt !== undefined && attempt.reason !== 'not started') return undefined;
  if (said === undefined) return undefined;
  const kind = /input .* is missing/.test(said) ? 'an input is missing' : 'it could not be started';
  return {
    what: `It could not be started: ${said.replace(/\.$/, '')}.`,
    kind: `${kind}: ${said}`,
    because: [attempt ? `The executor "${attempt.executor}" on ${attempt.host} said so.` : 'No attempt was made.'],
    todo: ['Put right what is said there, and retry the run.'],
  };
};

export const missingProgram: Rule = (evidence) => {
  const { attempt, program, detail } = evidence;
  const code = attempt?.exitCode;
  if (attempt?.reason !== 'failed' || (code !== 127 && code !== 126)) return undefined;
  const name = missingName(evidence);
  const because = [
    code === 127
      ? 'Exit code 127 is what a shell answers when a program is not found.'
      : 'Exit code 126 is what a shell answers when a file cannot be executed.',
  ];
  const said = findLine(
    evidence,
    /not found|[Nn]o such file|[Pp]ermission denied|bad interpreter|cannot execute|Exec format error/,
  );
  if (said) because.push(wrote(said));
  if (program?.state === 'there' && program.interpreter && !program.interpreter.isThere) {
    const { path: file, interpreter } = program;
    return {
      what: `The interpreter ${interpreter.path}, which the first line of ${file} names, is not there.`,
      kind: `interpreter not found: ${interpreter.path}`,
      because: [...because, `${file} begins with "#!${interpreter.path}".`],
      todo: [
        `Mend its first line, for example "#!/usr/bin/env ${path.basename(interpreter.path)}", or put the interpreter first in the command.`,
      ],
    };
  }
  if (code === 126 || program?.state === 'not executable') {
    const file = name ?? program?.path ?? detail.command[0] ?? 'the program';
    return {
      what: `${file} is no program that can be executed.`,
      kind: `not executable: ${file}`,
      because,
      todo: [`Make it executable (chmod +x ${file}), or put its interpreter first, such as "node" or "python".`],
    };
  }
  const missing = name ?? (program?.state === 'missing' ? program.path : undefined);
  return {
    what: missing === undefined ? 'A program that it calls was not found.' : `The program ${missing} was not found.`,
    kind: `program not found: ${missing ?? 'unknown'}`,
    because,
    todo: [
      'Look whether its name is right, and whether it is installed on this machine.',
      'A run has the PATH of who submitted it; "python", "env" and "envFile" in the run file change it.',
    ],
  };
};

/** As the shells say it: "sh: 1: trian: not found", "bash: line 1: trian: command not found", "env: ‘trian’: No such file". */
function missingName(evidence: FailureEvidence): string | undefined {
  const patterns = [
    /(?:^|: )env: [\u2018'"]?([^\u2019'":]+)[\u2019'"]?: (?:No such file|Permission denied)/,
    /(?:exec: )?(?:line )?\d+: (?:exec: )?([^\s:]+): (?:not found|command not found|Permission denied|cannot execute|No such file)/,
    /: ([^\s:]+): (?:command not found|not found)$/,
    /: command not found: (\S+)$/,
  ];
  for (const pattern of patterns) {
    const found = findLine(evidence, pattern)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Names of packages that are not those of their modules. */
const packages: Readonly<Record<string, string>> = {
  cv2: 'opencv-python',
  PIL: 'pillow',
  sklearn: 'scikit-learn',
  skimage: 'scikit-image',
  yaml: 'pyyaml',
  bs4: 'beautifulsoup4',
  dateutil: 'python-dateutil',
  dotenv: 'python-dotenv',
};

export const missingPythonModule: Rule = (evidence) => {
  const found = findLine(evidence, /^(?:ModuleNotFoundError|ImportError): No module named '?([\w.]+)'?/);
  const name = found?.[1];
  if (!found || name === undefined) return undefined;
  const top = name.split('.')[0] ?? name;
  const python = interpreterOf(evidence);
  const which = python === undefined ? 'The Python that it ran in' : `${python}`;
  return {
    what: `${which} has no module ${name}.`,
    kind: `ModuleNotFoundError: ${name}`,
    because: [
      wrote(found),
      python === undefined ? 'Which Python that was is not said in its command.' : `It was run by ${python}.`,
    ],
    todo: [
      `Install it there: ${python ?? 'python'} -m pip install ${packages[top] ?? top}`,
      evidence.choosesPython
        ? 'Or choose another Python by the key "python" of the run file, which it has already.'
        : 'Or choose the Python that has it, in the run file: "python": "selected", { "venv": ".venv" } or { "conda": "NAME" }.',
      'If it is a module of your own, look at "cwd" and PYTHONPATH.',
    ],
  };
};

export const otherImport: Rule = (evidence) => {
  const library = findLine(
    evidence,
    /(?:ImportError: |error while loading shared libraries: )(\S+): cannot open shared object file/,
  );
  if (library) {
    return {
      what: `The library ${library[1] ?? ''} was not found.`,
      kind: `library not found: ${library[1] ?? ''}`,
      because: [wrote(library)],
      todo: ['Install it, or add its folder to LD_LIBRARY_PATH in "env" of the run file.'],
    };
  }
  const node = findLine(evidence, /Cannot find (?:module|package) '([^']+)'/);
  if (node) {
    const name = node[1] ?? '';
    const isFile = /^[./]|^[A-Za-z]:/.test(name);
    return {
      what: isFile ? `Node found no file ${name}.` : `Node found no package ${name}.`,
      kind: `module not found: ${name}`,
      because: [wrote(node)],
      todo: [
        isFile
          ? 'Look whether the file is there, and at "cwd".'
          : `Install it where the program is: npm install ${name}`,
      ],
    };
  }
  const name = findLine(evidence, /^ImportError: (.+)/);
  if (!name) return undefined;
  return {
    what: `A Python import failed: ${name[1] ?? ''}`,
    kind: name.input,
    because: [wrote(name), ...(interpreterOf(evidence) ? [`It was run by ${interpreterOf(evidence) ?? ''}.`] : [])],
    todo: [
      'Versions of packages that do not fit together do that: look at what is installed there (python -m pip list).',
    ],
  };
};

/** The Python that the command names. */
export function interpreterOf({ detail: { command } }: Pick<FailureEvidence, 'detail'>): string | undefined {
  return command.find((word) => /^(?:python|pypy)[\d.]*(?:\.exe)?$/i.test(path.basename(word)));
}

/** The program's own words: an exception that nobody has caught. */
export const exception: Rule = (evidence) => {
  const { attempt } = evidence;
  if (attempt?.reason !== 'failed') return undefined;
  const error = lastErrorOf(evidence);
  if (error === undefined) return undefined;
  const short = error.length > 200 ? `${error.slice(0, 200)}…` : error;
  return {
    what: `It ended with ${short}`,
    kind: short,
    because: [`Its exit code is ${attempt.exitCode ?? 'not known'}, and this is the last error that it wrote.`],
    todo: ['Look at the last lines below, and where in the code they come from.'],
  };
};
