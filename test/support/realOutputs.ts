/** What programs that failed have really written: Python 3.11, Node 24, GCC 12, AddressSanitizer. */

export const pythonChain = `step 1
Traceback (most recent call last):
  File "/work/chain.py", line 6, in main
    load("x")
  File "/work/chain.py", line 3, in load
    return json.loads("{")
           ^^^^^^^^^^^^^^^
  File "/usr/lib/python3.11/json/decoder.py", line 353, in raw_decode
    obj, end = self.scan_once(s, idx)
               ^^^^^^^^^^^^^^^^^^^^^^
json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/work/chain.py", line 10, in <module>
    main()
  File "/work/chain.py", line 8, in main
    raise RuntimeError("config is broken") from e
RuntimeError: config is broken
`;

export const pythonGroup = `  + Exception Group Traceback (most recent call last):
  |   File "/work/group.py", line 3, in <module>
  |     f()
  |   File "/work/group.py", line 2, in f
  |     raise ExceptionGroup("several", [ValueError("a"), TypeError("b")])
  | ExceptionGroup: several (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | ValueError: a
    +---------------- 2 ----------------
    | TypeError: b
    +------------------------------------
`;

export const nodeStack = `file:///work/node.mjs:1
function check(shape) { throw new TypeError('bad shape ' + shape, { cause: new Error('root') }); }
                              ^

TypeError: bad shape 3
    at check (file:///work/node.mjs:1:31)
    at file:///work/node.mjs:2:1
    ... 2 lines matching cause stack trace ...
    at async asyncRunEntryPointWithESMLoader (node:internal/modules/run_main:101:5) {
  [cause]: Error: root
      at check (file:///work/node.mjs:1:76)
      at file:///work/node.mjs:2:1
      at ModuleJob.run (node:internal/modules/esm/module_job:561:25)
}

Node.js v24.21.0
`;

export const cppAbort = `terminate called after throwing an instance of 'std::out_of_range'
  what():  vector::_M_range_check: __n (which is 5) >= this->size() (which is 2)
bash: line 1: 19181 Aborted                 ./solve
`;

export const sanitizer = `=================================================================
==19201==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x602000000024 at pc 0x56235033a1d4 bp 0x7ffdb672a6e0 sp 0x7ffdb672a6d8
READ of size 4 at 0x602000000024 thread T0
    #0 0x56235033a1d3 in get(int*, int) /work/a.cpp:1
    #1 0x56235033a1fe in main /work/a.cpp:2
    #2 0x7f6d00c45249 in __libc_start_call_main ../sysdeps/nptl/libc_start_call_main.h:58

SUMMARY: AddressSanitizer: heap-buffer-overflow /work/a.cpp:1 in get(int*, int)
Shadow bytes around the buggy address:
`;

export const compiler = `e.cpp: In function ‘int main()’:
e.cpp:1:20: error: ‘x’ was not declared in this scope
    1 | int main(){ return x; }
      |                    ^
`;

/** As torchrun (`[rank0]: `) or srun (`0: `) put it, line by line in turns. */
export function byRanks(texts: readonly string[], prefix: (rank: number) => string): string {
  const all = texts.map((text) => text.trimEnd().split('\n'));
  const lines: string[] = [];
  for (let at = 0; at < Math.max(...all.map(({ length }) => length)); at += 1) {
    for (const [rank, own] of all.entries()) if (at < own.length) lines.push(`${prefix(rank)}${own[at]}`);
  }
  return `${lines.join('\n')}\n`;
}
