/** Helm's `{{ … }}`, Kubernetes' `$(VAR)` and the shell's `${VAR}`, as envsubst and kustomize's successors take it. */
const TEMPLATE = /\{\{|\$[({]/;

/** Whether a text is completed by someone else later: what it will be is not known here, and that is never an error. */
export function isTemplated(text: string): boolean {
  return TEMPLATE.test(text);
}
