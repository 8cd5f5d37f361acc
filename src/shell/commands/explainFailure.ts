/** Explain Failure: why a run failed, as a text with links. */
import { l10n } from 'vscode';
import type { ExplanationDocuments } from '../why/explanationDocuments';
import type { RunTargets } from './runTargets';

export async function explainFailure(
  targets: RunTargets,
  explanations: ExplanationDocuments,
  argument: unknown,
): Promise<void> {
  const row = targets.attempt(argument);
  if (row) return explanations.show(row.source, row.parent.run);
  const given = await targets.given(argument);
  const target = given
    ? given[0]
    : await targets.pickOne(l10n.t('Explain Failure of Run'), {
        may: ({ run: { status } }) => status === 'failed' || status === 'lost',
        none: l10n.t('No run has failed.'),
      });
  if (target) await explanations.show(target.source, target.run);
}
