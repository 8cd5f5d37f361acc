/** Nodes and edges as the host passes them on without looking at them: decoded here, where nobody waits but this panel. */
import { Check } from '@sinclair/typebox/value';
import { Failure } from '../../src/base/failure';
import { type GraphParts, GraphPartsSchema } from '../../src/protocol/graphPanel';

/** Throws `Incompatible` for what is no graph. */
export function unpackGraph(packed: Uint8Array): GraphParts {
  const parts: unknown = JSON.parse(new TextDecoder().decode(packed));
  if (!Check(GraphPartsSchema, parts)) {
    throw new Failure('Incompatible', 'The graph is not what was agreed on.', { hint: 'Reload the window.' });
  }
  return parts;
}
