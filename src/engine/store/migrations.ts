/** The schema of the store, as numbered steps. A released step is never edited: what must change becomes the next one. */
export const migrations: readonly string[] = [
  // 1: runs, attempts, events, and series as one row per point.
  `
  CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE experiment (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created_ms REAL NOT NULL
  ) STRICT;

  CREATE TABLE run (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    experiment_id TEXT NOT NULL REFERENCES experiment (id),
    name TEXT NOT NULL,
    description TEXT,
    tags_json TEXT NOT NULL,
    metadata_json TEXT NOT NULL,
    parameters_json TEXT NOT NULL,
    command_json TEXT NOT NULL,
    cwd TEXT NOT NULL,
    timeout_ms REAL,
    retries INTEGER NOT NULL,
    run_file_path TEXT,
    run_file_text TEXT,
    workspace TEXT,
    status TEXT NOT NULL,
    status_ms REAL NOT NULL,
    evidence TEXT,
    created_ms REAL NOT NULL,
    heard_ms REAL,
    progress_done REAL,
    progress_total REAL,
    attempt INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX run_by_experiment ON run (experiment_id, sequence);
  CREATE INDEX run_by_name ON run (name, sequence);
  CREATE INDEX run_active ON run (status, sequence) WHERE status IN ('queued', 'pending', 'running', 'cancel-pending');

  CREATE TABLE attempt (
    run INTEGER NOT NULL REFERENCES run (sequence),
    number INTEGER NOT NULL,
    executor TEXT NOT NULL,
    host TEXT NOT NULL,
    pid INTEGER,
    folder TEXT NOT NULL,
    created_ms REAL NOT NULL,
    started_ms REAL,
    ended_ms REAL,
    exit_code INTEGER,
    reason TEXT,
    detail TEXT,
    -- Set before our first signal is sent: why, and when.
    stop_reason TEXT,
    stop_ms REAL,
    -- How far its run log has been read; moves in the same transaction as what was read.
    log_offset INTEGER NOT NULL DEFAULT 0,
    log_lines INTEGER NOT NULL DEFAULT 0,
    log_next_step INTEGER NOT NULL DEFAULT 0,
    log_warnings INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (run, number)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE event (
    run INTEGER NOT NULL REFERENCES run (sequence),
    sequence INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    time_ms REAL NOT NULL,
    level TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (run, sequence)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE artifact (
    run INTEGER NOT NULL REFERENCES run (sequence),
    attempt INTEGER NOT NULL,
    path TEXT NOT NULL,
    category TEXT NOT NULL,
    time_ms REAL NOT NULL,
    PRIMARY KEY (run, attempt, path)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run (sequence),
    metric TEXT NOT NULL,
    count INTEGER NOT NULL,
    last_step REAL NOT NULL,
    last_time REAL NOT NULL,
    last_wall REAL NOT NULL,
    -- NULL is NaN, here and in point: SQLite has none.
    last_value REAL,
    min REAL,
    max REAL,
    UNIQUE (run, metric)
  ) STRICT;

  CREATE TABLE point (
    series INTEGER NOT NULL REFERENCES series (id),
    number INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    step REAL NOT NULL,
    time REAL NOT NULL,
    wall REAL NOT NULL,
    value REAL,
    PRIMARY KEY (series, number)
  ) STRICT, WITHOUT ROWID;
  `,
  // 2: attempts by hand, pauses between attempts, warnings ahead of a limit, memory.
  `
  ALTER TABLE run ADD COLUMN retries_used INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE run ADD COLUMN retry_delay_ms REAL;
  ALTER TABLE run ADD COLUMN grace_ms REAL;
  ALTER TABLE run ADD COLUMN tty INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE run ADD COLUMN signal_name TEXT;
  ALTER TABLE run ADD COLUMN signal_before_ms REAL;
  -- Not before this moment; NULL is at once.
  ALTER TABLE run ADD COLUMN ready_ms REAL;
  -- Key of the newest wish for another attempt: asked again after a lost answer, it is the same wish.
  ALTER TABLE run ADD COLUMN reopen_key TEXT;
  -- The next attempt begins with an empty checkpoint folder.
  ALTER TABLE run ADD COLUMN fresh INTEGER NOT NULL DEFAULT 0;
  -- On a clock that stands still while the machine sleeps and begins anew when it boots.
  ALTER TABLE attempt ADD COLUMN started_awake_ms REAL;
  ALTER TABLE attempt ADD COLUMN warned_ms REAL;
  ALTER TABLE attempt ADD COLUMN peak_memory_bytes REAL;
  UPDATE run SET retries_used = min(retries, max(0, attempt - 1));
  `,
  // 3: runs made of runs, what they wait for, what they need.
  `
  ALTER TABLE run ADD COLUMN kind TEXT NOT NULL DEFAULT 'single';
  ALTER TABLE run ADD COLUMN parent INTEGER REFERENCES run (sequence);
  -- The run at the top of its tree, in whose folder the environments of all are kept; NULL for that run itself.
  ALTER TABLE run ADD COLUMN root INTEGER REFERENCES run (sequence);
  ALTER TABLE run ADD COLUMN environment INTEGER NOT NULL DEFAULT 0;
  -- Its name among its siblings.
  ALTER TABLE run ADD COLUMN task TEXT;
  -- How many dependencies are not met yet; one more while the parent waits itself. A queued run with none is ready.
  ALTER TABLE run ADD COLUMN waits INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE run ADD COLUMN priority REAL NOT NULL DEFAULT 0;
  -- Not to be started before it is released by hand.
  ALTER TABLE run ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
  -- Put first by hand; the newest such wish counts most.
  ALTER TABLE run ADD COLUMN promoted_ms REAL;
  -- What it takes of the machine, as JSON.
  ALTER TABLE run ADD COLUMN resources_json TEXT;
  -- Of a run made of runs: how many of them at once.
  ALTER TABLE run ADD COLUMN at_once INTEGER;
  ALTER TABLE run ADD COLUMN sweep_json TEXT;
  -- Of a sweep: its best trial so far, and the value of the metric that makes it so.
  ALTER TABLE run ADD COLUMN best_run INTEGER REFERENCES run (sequence);
  ALTER TABLE run ADD COLUMN best_value REAL;
  -- Declared metrics with goal and unit, by name.
  ALTER TABLE run ADD COLUMN metrics_json TEXT;
  -- Name and version of the algorithm whose command it executes.
  ALTER TABLE run ADD COLUMN algorithm_json TEXT;
  -- Named files and folders that it reads, as JSON.
  ALTER TABLE run ADD COLUMN inputs_json TEXT;
  -- It may take another's result: what its own depends on as far as that is known at submission, as JSON.
  ALTER TABLE run ADD COLUMN reuse_static TEXT;
  -- Fingerprint of all that its result depends on, and the run whose result it took instead of executing.
  ALTER TABLE run ADD COLUMN reuse_key TEXT;
  ALTER TABLE run ADD COLUMN reused_from TEXT;
  ALTER TABLE run ADD COLUMN packaging_json TEXT;
  -- Which gpus it was given, as JSON; NULL when it did not ask for any, [] when it asked for none.
  ALTER TABLE attempt ADD COLUMN gpus_json TEXT;
  CREATE INDEX run_by_parent ON run (parent, status) WHERE parent IS NOT NULL;
  CREATE INDEX run_by_root ON run (root) WHERE root IS NOT NULL;
  CREATE INDEX run_at_top ON run (sequence) WHERE parent IS NULL;
  CREATE INDEX run_active_child ON run (parent)
    WHERE parent IS NOT NULL AND status IN ('created', 'queued', 'pending', 'running', 'cancel-pending');
  CREATE INDEX run_by_reuse_key ON run (reuse_key, sequence) WHERE reuse_key IS NOT NULL;
  CREATE INDEX run_by_reused_from ON run (reused_from) WHERE reused_from IS NOT NULL;

  CREATE TABLE dependency (
    run INTEGER NOT NULL REFERENCES run (sequence),
    depends_on INTEGER NOT NULL REFERENCES run (sequence),
    condition TEXT NOT NULL,
    PRIMARY KEY (run, depends_on)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX dependency_of ON dependency (depends_on);
  `,
  // 4: series as streams of sealed chunks; `series/seriesRows.ts` says what is what.
  `
  CREATE TABLE stream (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run (sequence),
    metric TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    state BLOB NOT NULL,
    UNIQUE (run, metric, attempt)
  ) STRICT;

  CREATE TABLE chunk (
    id INTEGER PRIMARY KEY,
    -- No foreign key: what a chunk is of stands in the chunk too.
    stream INTEGER NOT NULL,
    -- 0: points. 1: the cells over them. From 2 on: nodes.
    level INTEGER NOT NULL,
    position INTEGER NOT NULL,
    data BLOB NOT NULL
  ) STRICT;

  CREATE TABLE tail (stream INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;

  CREATE TABLE journal (sequence INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
  `,
  // 5: rows of points have become streams by now; see `conversions`.
  `
  DROP TABLE point;
  DROP TABLE series;
  -- The last step that its attempt had logged when the event was written, or the one that the event names.
  ALTER TABLE event ADD COLUMN step REAL;
  -- What is marked in charts, by place.
  CREATE INDEX event_by_step ON event (run, step, level) WHERE step IS NOT NULL AND level <> 'debug';
  CREATE INDEX event_by_time ON event (run, time_ms, attempt, level) WHERE level <> 'debug';
  -- So that it is known after a restart.
  ALTER TABLE attempt ADD COLUMN log_last_step REAL;
  -- Which of the tree's environments it has, and how that differs from the one of the attempt before, as JSON, where it does.
  ALTER TABLE attempt ADD COLUMN environment INTEGER;
  ALTER TABLE attempt ADD COLUMN environment_changes_json TEXT;
  `,
  // 6: what a person makes of runs, and what is known of their ends.
  `
  -- Of one that did not succeed: what it had of memory, as JSON.
  ALTER TABLE attempt ADD COLUMN memory_json TEXT;
  -- What a run file is compared with: runs that execute a program, of its algorithm, or of its path in an experiment.
  CREATE INDEX run_by_algorithm ON run (algorithm_json ->> 'name', sequence)
    WHERE kind = 'single' AND algorithm_json IS NOT NULL;
  CREATE INDEX run_by_run_file ON run (experiment_id, run_file_path, sequence) WHERE kind = 'single';
  -- Free text by a person.
  ALTER TABLE run ADD COLUMN note TEXT;
  ALTER TABLE run ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
  -- Since when it is hidden, with all of its tree. 0: it cannot be brought back any more, and what is left of it is removed.
  ALTER TABLE run ADD COLUMN deleted_ms REAL;
  CREATE INDEX run_deleted ON run (deleted_ms, sequence) WHERE deleted_ms IS NOT NULL;
  -- Without it each run that is removed is looked for in all others.
  CREATE INDEX run_by_best ON run (best_run) WHERE best_run IS NOT NULL;
  -- The window that has submitted it, or tried it again: it is told of the end first.
  ALTER TABLE run ADD COLUMN window TEXT;
  -- Runs whose end no person was told of yet.
  CREATE TABLE untold_end (run INTEGER PRIMARY KEY) STRICT;
  `,
  // 7: where runs come from, and an index that has all that lists of runs are filtered, grouped and ordered by.
  `
  -- Place and origin as the model's runPlace.ts has them.
  ALTER TABLE run ADD COLUMN place TEXT;
  ALTER TABLE run ADD COLUMN origin TEXT;
  -- Of what is there already: the folder of its run file, or the one it started in.
  UPDATE run SET place = CASE
    WHEN run_file_path LIKE '/%/%' THEN rtrim(rtrim(run_file_path, replace(run_file_path, '/', '')), '/')
    WHEN run_file_path IS NULL AND cwd LIKE '/_%' THEN rtrim(cwd, '/')
    END WHERE parent IS NULL;
  UPDATE run SET origin = CASE
    WHEN place = workspace OR substr(place, 1, length(workspace) + 1) = workspace || '/' THEN workspace
    ELSE place END WHERE place IS NOT NULL;
  CREATE INDEX run_listed
    -- Its own conditions too: without them each row would be looked up all the same.
    ON run (experiment_id, pinned, sequence, status, created_ms, status_ms, name, tags_json, place, origin, parent, deleted_ms)
    WHERE parent IS NULL AND deleted_ms IS NULL;
  `,
];
