import { ErrorCodes, MessageType, ResponseError, ShowMessageNotification } from 'vscode-languageserver';
import type {
  CancellationToken,
  Connection,
  ExecuteCommandParams,
  WorkDoneProgressReporter,
} from 'vscode-languageserver';
import { execute } from '../commands/execute.ts';
import type { CommandContext } from '../commands/command-context.ts';
import { toLarderError } from '../domain/errors.ts';
import type { Log } from '../engine/host.ts';
import { describe } from './run-safe.ts';

export interface CommandHost {
  /**
   * What a command works with beside its progress.
   * @throws LarderError, which is shown as the command's
   */
  surroundings(): Omit<CommandContext, 'reporter' | 'signal' | 'log' | 'show' | 'ask'>;
  /**
   * Told after each command: the last sentence of failure that was shown, `null` when it went well. The command is answered when it
   * resolves.
   */
  onResult(error: string | null): Promise<void>;
}

/** Runs `workspace/executeCommand`: with one work-done progress, which is ended whatever happens, and which can be cancelled. */
export class CommandRunner {
  readonly #connection: Connection;
  readonly #log: Log;
  readonly #host: CommandHost;

  constructor(connection: Connection, log: Log, host: CommandHost) {
    this.#connection = connection;
    this.#log = log;
    this.#host = host;
  }

  async run(
    { command, arguments: [argument] = [], workDoneToken }: ExecuteCommandParams,
    token: CancellationToken,
  ): Promise<unknown> {
    const controller = new AbortController();
    const cancel = (): void => controller.abort();
    if (token.isCancellationRequested) cancel();
    token.onCancellationRequested(cancel);

    let shown: string | null = null;
    const show: CommandContext['show'] = (kind, message) => {
      if (kind === 'error') shown = message;
      const type = kind === 'error' ? MessageType.Error : MessageType.Info;
      void this.#connection.sendNotification(ShowMessageNotification.type, { type, message });
    };
    const ask: CommandContext['ask'] = async (question, choices) => {
      const actions = choices.map((title) => ({ title }));
      return (await this.#connection.window.showInformationMessage(question, ...actions))?.title;
    };
    try {
      const surroundings = this.#host.surroundings();
      const { window } = this.#connection;
      const reporter =
        workDoneToken === undefined
          ? await this.#serverProgress(cancel)
          : window.attachWorkDoneProgress(workDoneToken);
      const { signal } = controller;
      const mine = { reporter, signal, log: this.#log, show, ask };
      const result = execute(command, argument, { ...surroundings, ...mine });
      if (result === undefined) {
        return new ResponseError(ErrorCodes.InvalidParams, `There is no command ${command}.`);
      }
      const answer = await result;
      await this.#host.onResult(shown);
      return answer;
    } catch (error) {
      const { code, message } = toLarderError(error, `running ${command}`);
      if (code === 'E_INTERNAL') this.#log.error(`${command} failed: ${describe(error)}`);
      else if (code !== 'E_CANCELLED') this.#log.warn(`${command} failed: ${message}`);
      await this.#host.onResult(message);
      return new ResponseError(
        code === 'E_INTERNAL' ? ErrorCodes.InternalError : ErrorCodes.InvalidParams,
        message,
        { code },
      );
    }
  }

  /** Where the client supports it, a progress that it shows and can cancel; else one that nobody sees. */
  async #serverProgress(cancel: () => void): Promise<WorkDoneProgressReporter> {
    const progress = await this.#connection.window.createWorkDoneProgress();
    progress.token.onCancellationRequested(cancel);
    return progress;
  }
}
