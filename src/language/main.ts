/** The language server's process. A window starts it, and it ends with the window. */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { systemClock } from '../base/clock';
import { features } from './features';
import { LanguageServer } from './languageServer';
import { isPlanningThread, PlanningThread, servePlans } from './planning/planningThread';

if (isPlanningThread()) servePlans();
else {
  new LanguageServer({
    connection: createConnection(ProposedFeatures.all),
    features,
    environment: process.env,
    planning: new PlanningThread(__filename, systemClock),
  }).listen();
}
