/** For the bench of activation only: what an extension costs that does nothing. */
'use strict';
exports.activate = () => undefined;
