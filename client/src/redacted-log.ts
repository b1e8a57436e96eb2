import type { LogOutputChannel } from 'vscode';

const REDACTED = '(secret)';

/**
 * The log, for the trace of what client and server say to each other: with `larder.trace.server` on `verbose` that is everything, and
 * credentials are a part of it.
 * @param secrets what must not be written
 */
export function redactedLog(log: LogOutputChannel, secrets: () => Iterable<string>): LogOutputChannel {
  const trace = (message: string, ...args: unknown[]): void => {
    let text = message;
    for (const secret of secrets()) {
      // As JSON has it, where that differs.
      for (const form of [secret, JSON.stringify(secret).slice(1, -1)]) {
        if (form !== '') text = text.replaceAll(form, REDACTED);
      }
    }
    log.trace(text, ...args);
  };
  return Object.create(log, { trace: { value: trace } }) as LogOutputChannel;
}
