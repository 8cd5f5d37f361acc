/** The user's secrets, in the editor's SecretStorage: encrypted, on this machine, the same in all windows. */
import type { SecretStorage } from 'vscode';
import type { Event } from '../../base/event';
import type { FindSecret } from '../../core/secrets/knownSecrets';

const prefix = 'sidelab.secret.';

export class StoredSecrets {
  readonly #storage: SecretStorage;

  constructor(storage: SecretStorage) {
    this.#storage = storage;
  }

  async names(): Promise<readonly string[]> {
    const keys = await this.#storage.keys();
    return keys
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length))
      .sort();
  }

  readonly find: FindSecret = async (name) => this.#storage.get(prefix + name);

  async set(name: string, value: string): Promise<void> {
    await this.#storage.store(prefix + name, value);
  }

  async delete(name: string): Promise<void> {
    await this.#storage.delete(prefix + name);
  }

  /** In this window or another. */
  readonly onDidChange: Event<void> = (listener) =>
    this.#storage.onDidChange(({ key }) => {
      if (key.startsWith(prefix)) listener();
    });
}
