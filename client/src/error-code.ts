/** The code of a LarderError that came over the protocol; undefined of any other error. */
export function codeOf(error: unknown): unknown {
  return (error as { readonly data?: { readonly code?: unknown } } | null)?.data?.code;
}
