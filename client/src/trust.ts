import { commands, window, workspace } from 'vscode';
import type { ExecuteCommandMiddleware } from 'vscode-languageclient/node';
import { Command } from '../../server/src/protocol.ts';
import type {
  Failure,
  FetchArguments,
  FetchItem,
  FetchResult,
  InspectKeysArguments,
  InspectKeysResult,
  TrustArguments,
} from '../../server/src/protocol.ts';
import { askForKey, confirmKey } from './ask-key.ts';
import { codeOf } from './error-code.ts';
import { scopeWords } from './key-words.ts';

const TRUST_A_KEY = 'Trust a Key…';
const FETCH = 'Fetch';

/** Has the server run a command; rejects with its sentence. */
type Run = (command: string, argument: InspectKeysArguments | TrustArguments) => Promise<unknown>;

/** From a key that somebody published to one that is trusted, by way of a person who has compared its fingerprint. */
export class KeyTrust {
  readonly #run: Run;

  constructor(run: Run) {
    this.#run = run;
  }

  /** As `middleware.executeCommand`: a fetch that failed only for want of a trusted key is not the end. */
  readonly executeCommand: NonNullable<ExecuteCommandMiddleware['executeCommand']> = async (
    command,
    args: unknown[],
    next,
  ) => {
    const result: unknown = await next(command, args);
    if (command === Command.fetch)
      void this.#offer(args[0] as FetchArguments, result as FetchResult | undefined);
    return result;
  };

  /**
   * Asks for a key, shows it, and trusts it after a clear yes.
   * @param prefix what is offered as the beginning of the names of its images
   */
  async trustKey(prefix: string): Promise<void> {
    const scope = await this.#trust(prefix);
    if (scope !== undefined) void window.showInformationMessage(trusted(scope));
  }

  async #offer(asked: FetchArguments, result: FetchResult | undefined): Promise<void> {
    const [first, ...more] = untrustedOf(asked, result);
    if (first === undefined) return;
    const { message, subject = '' } = first.error;
    const others = more.length === 0 ? '' : ` (${more.length} more like this)`;
    const offers = workspace.isTrusted ? [TRUST_A_KEY] : [];
    const chosen = await window.showErrorMessage(`${message}${others}`, ...offers);
    if (chosen === undefined) return;
    const scope = await this.#trust(subject);
    if (scope === undefined) return;
    if ((await window.showInformationMessage(trusted(scope), FETCH)) === undefined) return;
    const images = [first, ...more].map(({ item }) => item);
    await commands.executeCommand(Command.fetch, { ...asked, images } satisfies FetchArguments);
  }

  /** @returns what it is trusted for; undefined when no key was trusted in the end */
  async #trust(prefix: string): Promise<string | undefined> {
    const wanted = await askForKey(prefix);
    if (wanted === undefined) return undefined;
    const { scope } = wanted;
    let isTrusted = false;
    try {
      const { keys } = (await this.#run(Command.inspectKeys, wanted)) as InspectKeysResult;
      for (const key of keys) {
        // One whose signatures would be refused is refused by the server, without asking.
        if (key.problem === null && !(await confirmKey(key, scope))) continue;
        const { fingerprint, armored } = key;
        await this.#run(Command.trust, { scope, fingerprint, armored });
        isTrusted = true;
      }
    } catch (error) {
      if (codeOf(error) !== 'E_CANCELLED') {
        void window.showErrorMessage(error instanceof Error ? error.message : String(error));
      }
    }
    return isTrusted ? scope : undefined;
  }
}

/** The name that an image of a manifest goes by, without its labels; empty when it is no name. */
export function imageName({ image, syntax }: Pick<FetchItem, 'image' | 'syntax'>): string {
  return syntax === 'appc' && !image.startsWith('sha512-') ? (/^[^:,]*/.exec(image)?.[0] ?? '') : '';
}

interface Untrusted {
  readonly item: FetchItem;
  readonly error: Failure;
}

function untrustedOf({ images }: FetchArguments, result: FetchResult | undefined): Untrusted[] {
  return images.flatMap((item, index) => {
    const answer = result?.images[index];
    return answer !== undefined && 'error' in answer && answer.error.code === 'E_SIGNATURE_UNTRUSTED'
      ? [{ item, error: answer.error }]
      : [];
  });
}

function trusted(scope: string): string {
  return `The key is trusted for ${scopeWords(scope)} now.`;
}
