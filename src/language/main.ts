/** The language server's process. A window starts it, and it ends with the window. */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { features } from './features';
import { LanguageServer } from './languageServer';

new LanguageServer(createConnection(ProposedFeatures.all), features, process.env).listen();
