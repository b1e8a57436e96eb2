import type { Fields } from './fields.ts';
import { dictionary, flag, integer, list, object, text } from './shape.ts';
import type { Check, Shape, TextKind } from './shape.ts';
import { TEXT, orEmpty } from './text-kinds.ts';
import { required } from './together.ts';

/** An isolator that appc reads (appc/spec, spec/ace.md, "Isolators"). */
export interface IsolatorKind {
  readonly value: Shape;
  /** An app may have only one. */
  readonly once?: true;
  /** The isolator that an app may not have beside it. */
  readonly excludes?: string;
}

const ERRNO: TextKind = {
  allowed: 'the name of an error number in capital letters, for example EPERM',
  fits: (written) => /^E[\p{Lu}\p{N}]*$/u.test(written),
};

const WORD: TextKind = {
  allowed: 'a word without ":"',
  fits: (written) => !written.includes(':'),
};

/** A quantity is a text or a bare number: appc reads the characters, whatever is around them. */
const quantity: Shape = {
  judge(value, path, context) {
    const characters = context.text.slice(value.offset, value.offset + value.length);
    if (value.type === 'number' && TEXT.quantity.fits(characters)) return;
    text(TEXT.quantity).judge(value, path, context);
  },
};

/** A resource whose value must say that it is the default, and cannot be requested (block and network devices). */
const deviceResource: IsolatorKind = {
  value: object(
    { default: flag, request: quantity, limit: quantity },
    isDefault(true),
    (fields, path, context) => {
      const request = fields.get('request');
      if (request === undefined) return;
      const message = `${path} must not have "request": this resource can only be limited.`;
      context.report('appc-schema', request.key, message);
    },
  ),
};

const computeResource: IsolatorKind = {
  value: object({ default: flag, request: quantity, limit: quantity }, isDefault(false)),
};

const capabilities: IsolatorKind = { value: object({ set: list(text()) }, nonEmptySet('capabilities')) };

const seccomp = (excludes: string): IsolatorKind => ({
  value: object({ set: list(text()), errno: text(orEmpty(ERRNO)) }, nonEmptySet('system calls')),
  once: true,
  excludes,
});

const SELINUX_PARTS = ['user', 'role', 'type', 'level'];

/** Every isolator that appc 0.8.11 knows. */
export const ISOLATORS: Readonly<Record<string, IsolatorKind>> = {
  'resource/block-bandwidth': deviceResource,
  'resource/block-iops': deviceResource,
  'resource/cpu': computeResource,
  'resource/memory': computeResource,
  'resource/network-bandwidth': deviceResource,
  'os/linux/capabilities-retain-set': capabilities,
  'os/linux/capabilities-remove-set': capabilities,
  'os/linux/no-new-privileges': { value: flag },
  'os/linux/seccomp-retain-set': seccomp('os/linux/seccomp-remove-set'),
  'os/linux/seccomp-remove-set': seccomp('os/linux/seccomp-retain-set'),
  'os/linux/oom-score-adj': { value: integer(-1000n, 1000n), once: true },
  'os/linux/cpu-shares': { value: integer(2n, 262_144n), once: true },
  'os/linux/selinux-context': {
    value: object(
      { user: text(WORD), role: text(WORD), type: text(WORD), level: text() },
      ...SELINUX_PARTS.map((part) => required(part, `the ${part} of an SELinux context`)),
    ),
    once: true,
  },
  'os/unix/sysctl': { value: dictionary(text()), once: true },
};

function isDefault(expected: boolean): Check<Fields> {
  return (fields, path, context) => {
    const written = fields.get('default');
    if ((written?.value.value === true) === expected) return;
    const message = expected
      ? `${path} must have "default": true, as this resource has no devices to name.`
      : `${path}.default must be false for this resource.`;
    context.report('appc-schema', written?.value ?? fields.node, message);
  };
}

function nonEmptySet(of: string): Check<Fields> {
  return (fields, path, context) => {
    const set = fields.get('set');
    if (set !== undefined && (set.value.type !== 'array' || (set.value.children ?? []).length > 0)) return;
    context.report(
      'appc-schema',
      set?.value ?? fields.node,
      `${path}.set must list at least one of the ${of}.`,
    );
  };
}
