// The sizes of screens, and pages on them.

/** Viewports in CSS pixels. A zoom of 200 % halves both sides. */
export const phone = { width: 390, height: 664 }
export const landscape = { width: 664, height: 390 }
export const small = { width: 195, height: 332 }
export const zoomed = { width: 640, height: 400 }
export const desktop = { width: 1280, height: 800 }

/** Opens an event's page on a screen of the size. */
export async function openOn(stage, eventId, size) {
  const opened = await stage.browser.page('about:blank')
  await opened.page.setViewportSize(size)
  await opened.page.goto(stage.addressOf(eventId))
  await opened.page.locator('[data-phase]').waitFor()
  return opened
}

/** Waits until the page meets the condition, and says what it was if it does not. */
export async function until(page, what, condition, argument) {
  try {
    await page.waitForFunction(condition, argument)
  } catch (error) {
    throw new Error(`${what}: ${error.message}`)
  }
}
