import assert from 'node:assert/strict';
import { getLocation } from 'jsonc-parser';
import { EditedDocument } from '../../../src/language/editedDocument';

const texts = [
  '{ "a": [1, { "b": "x", /* c */ "d": [] }, "e"], // f\n "tasks": { "g": { "h": null, }, "i": {} } }\n',
  '{ "a": [1, { "b": "x", "d": [] }, "e", "tasks": { "g": { "h": , "i": {} }\n',
  '[ 1 , [ ], { "a" : 1 } ]',
];
/** What makes them equal, in one order. */
const keys = ['path', 'isAtPropertyKey', 'previousNode', 'type', 'offset', 'length', 'value', '0', '1', '2', '3'];

describe('what is written at a place of a document', () => {
  it('is what reading the whole text would say', () => {
    for (const text of texts) {
      const document = new EditedDocument('file:///w/a.run.json', text);
      for (let offset = 0; offset <= text.length; offset += 1) {
        const [found, whole] = [document.locationAt(offset), getLocation(text, offset)];
        assert.equal(JSON.stringify(found, keys), JSON.stringify(whole, keys), `${text} at ${offset}`);
      }
    }
  });
});
