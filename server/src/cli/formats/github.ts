import type { Format, Reported } from './report.ts';

const COMMAND: Readonly<Record<Reported['severity'], string>> = {
  error: 'error',
  warning: 'warning',
  information: 'notice',
  hint: 'notice',
};

/** Workflow commands, which GitHub shows beside the line ("Workflow commands for GitHub Actions"). */
export const githubFormat: Format = (findings) =>
  findings
    .map(({ file, line, column, endLine, endColumn, severity, rule, message }) => {
      const properties = { file, line, endLine, col: column, endColumn, title: `larder ${rule}` };
      const written = Object.entries(properties).map(
        ([key, value]) => `${key}=${escapeProperty(String(value))}`,
      );
      return `::${COMMAND[severity]} ${written.join(',')}::${escapeData(message)}`;
    })
    .join('\n');

function escapeData(text: string): string {
  return text.replace(/[%\r\n]/g, encodeURIComponent);
}

function escapeProperty(text: string): string {
  return escapeData(text).replace(/[:,]/g, encodeURIComponent);
}
