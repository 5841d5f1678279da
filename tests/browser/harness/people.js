// Signing in on a page.

/** Signs up, or signs in if the account exists, and waits until the page shows the name. */
export async function signUp(stage, page, email, name) {
  const banner = page.getByRole('banner')
  if (!page.url().endsWith('#/signin')) await banner.getByRole('link', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'New here? Create an account' }).click()
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Your name').fill(name)
  await page.getByRole('button', { name: 'Email me a code' }).click()
  await page.getByLabel('Code from the email').fill(await stage.server.code(email))
  await banner.getByText(name, { exact: true }).waitFor()
}
