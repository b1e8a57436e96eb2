import assert from 'node:assert/strict';
import pc from 'picocolors';
import { Command, CredentialsNotification } from '../../server/src/protocol.ts';
import type { FetchArguments, FetchResult } from '../../server/src/protocol.ts';
import type { LspClient } from '../helpers/lsp-client.ts';
import { startRegistry } from '../helpers/registry.ts';
import { shopImage } from '../helpers/shop.ts';
import { say } from './print.ts';

const CREDENTIALS = { username: 'carly', password: 'open sesame' };

/** A registry that lets in who has signed in; the editor asks for credentials, and keeps what the registry takes. */
export async function showPrivateRegistry(client: LspClient): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const registry = cleanup.adopt(await startRegistry(), (it) => it.close());
  registry.push('shop/private', '1', await shopImage('shop/private', '1'));
  registry.requirePassword(CREDENTIALS.username, CREDENTIALS.password);
  const image = `${registry.host}/shop/private:1`;
  const argument: FetchArguments = { images: [{ image, syntax: 'docker', mode: 'default' }] };

  const fetch = async (): Promise<string> => {
    const { images } = await client.execute<FetchResult>(Command.fetch, argument);
    const [answer] = images;
    assert(answer !== undefined);
    if ('error' in answer) {
      say(pc.yellow(`  ${answer.error.message}`));
      return answer.error.code;
    }
    say(`  ${image}: ${pc.green(answer.outcome)} ${answer.imageId.slice(0, 19)}`);
    return answer.outcome;
  };

  say(pc.bold(`▸ Fetch "${image}"`));
  assert.equal(await fetch(), 'E_AUTH_REQUIRED');
  say(`\nThe editor asks for credentials, and tries them:`);
  const { registry: host } = await client.execute<{ registry: string }>(Command.signIn, {
    registry: registry.host,
    ...CREDENTIALS,
  });
  say(`  Signed in to ${host} as ${CREDENTIALS.username}.`);
  await client.connection.sendNotification(CredentialsNotification, { registries: { [host]: CREDENTIALS } });
  assert.equal(await fetch(), 'fetched');
  await client.connection.sendNotification(CredentialsNotification, { registries: {} });
}
