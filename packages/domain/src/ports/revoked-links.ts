/**
 * Revoked tracking links at the edge, whose cache would otherwise keep answering them (ADR 6). `expiresAt` is epoch ms: the edge
 * may forget the link after that.
 */
export type RevokedLinks = { add(linkId: string, expiresAt: number): Promise<void> };
