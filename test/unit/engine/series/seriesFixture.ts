/** A run that series can belong to. */
import type { Database } from '../../../../src/engine/store/database';
import { newExperimentId, newRunId } from '../../../../src/model/ids';

export function insertRun(db: Database): number {
  const experiment = newExperimentId();
  db.run('INSERT INTO experiment VALUES (?, ?, 0)', experiment, experiment);
  return db.run(
    `INSERT INTO run (id, experiment_id, name, tags_json, metadata_json, parameters_json, command_json, cwd, retries, status,
      status_ms, created_ms) VALUES (?, ?, 'n', '[]', '{}', '{}', '[]', '/', 0, 'running', 0, 0)`,
    newRunId(),
    experiment,
  ).lastId;
}
