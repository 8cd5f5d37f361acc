/** For `assert.throws` and `assert.rejects`: a `Failure` of this code, whose message fits. */
import { Failure, type FailureCode } from '../../src/base/failure';

export function isFailure(code: FailureCode, message = /./): (thrown: unknown) => boolean {
  return (thrown) => thrown instanceof Failure && thrown.code === code && message.test(thrown.message);
}
