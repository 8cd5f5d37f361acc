/** All that the language server can do. What it says at one place stands in this order. */
import { algorithmNames } from './completion/algorithmNames';
import { computeNames } from './completion/computeNames';
import { knownNames } from './completion/knownNames';
import { references } from './completion/references';
import { taskNames } from './completion/taskNames';
import type { LanguageFeature } from './feature';
import { parameterHistory } from './history/parameterHistory';
import { runLenses } from './lenses';
import { navigation } from './navigation/navigation';
import { parameterCompletion } from './parameters/parameterCompletion';
import { parameterHover } from './parameters/parameterHover';
import { sweptKeys } from './parameters/sweptKeys';
import { quickFixes } from './quickFixes';

export const features: readonly LanguageFeature[] = [
  algorithmNames,
  computeNames,
  taskNames,
  knownNames,
  references,
  parameterCompletion,
  sweptKeys,
  parameterHover,
  parameterHistory,
  navigation,
  runLenses,
  quickFixes,
];
