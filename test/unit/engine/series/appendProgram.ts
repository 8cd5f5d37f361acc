/** `node append.mjs FILE RUN SEED` */
import { appendForEver } from './appendForEver';

const [, , file = '', run = '', seed = ''] = process.argv;
appendForEver(file, Number(run), Number(seed));
