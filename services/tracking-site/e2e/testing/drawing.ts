import type { Page } from 'playwright-core';

/** A part of the map in CSS pixels from its top left. */
type Part = { x: number; y: number; width: number; height: number };

/**
 * Returns the map's canvas in squares of 4 × 4 pixels: red, green, blue and opacity of each. Single pixels would not do, because
 * Chromium changes how it draws edges once a canvas has been read.
 */
export const drawingOf = async (page: Page, part: Part | null = null): Promise<Uint8Array> => {
  const text = await page.locator('.map canvas').evaluate((canvas: HTMLCanvasElement, only: Part | null) => {
    const ratio = canvas.width / canvas.getBoundingClientRect().width;
    const { x, y, width, height } = only ?? { x: 0, y: 0, width: canvas.width / ratio, height: canvas.height / ratio };
    const small = document.createElement('canvas');
    [small.width, small.height] = [Math.round(width / 4), Math.round(height / 4)];
    const ctx = small.getContext('2d');
    const { width: toWidth, height: toHeight } = small;
    ctx?.drawImage(canvas, x * ratio, y * ratio, width * ratio, height * ratio, 0, 0, toWidth, toHeight);
    // As text: a list of numbers takes a third of a second to leave the browser.
    let binary = '';
    for (const value of ctx?.getImageData(0, 0, toWidth, toHeight).data ?? []) binary += String.fromCharCode(value);
    return btoa(binary);
  }, part);
  return Buffer.from(text, 'base64');
};

/** True for equal drawings, except for what a browser may draw slightly differently the second time. */
export const sameDrawing = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((value, i) => Math.abs(value - (b[i] ?? 0)) < 16);
