/** The carrier does not accept the API key (any more). */
export class KeyRefused extends Error {
  constructor(carrier: string, status: number, options?: ErrorOptions) {
    super(`${carrier} refused the API key with ${status}`, options);
    this.name = 'KeyRefused';
  }
}
