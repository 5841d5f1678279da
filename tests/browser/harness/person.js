// A signed-in person: a browser with a stored session.

import { Browser } from './browser.js'

export class Person {
  /** Creates an account with `role`. A scorer is assigned to `events`. For `browser`, see `with`. */
  static async of(server, role, { events = [], browser } = {}) {
    const token = await server.token(role, events)
    const answer = await fetch(`${server.url}/api/me`, { headers: { authorization: `Bearer ${token}` } })
    const { user } = await answer.json()
    return Person.with({ token, user }, browser)
  }

  /** The person of a login's answer, in a new browser unless one is given. */
  static async with({ token, user }, browser) {
    const person = new Person()
    person.token = token
    person.user = user
    person.browser = browser ?? (await Browser.open())
    await person.browser.context.addInitScript((session) => {
      if (localStorage.getItem('touchline.session') === null) localStorage.setItem('touchline.session', session)
    }, JSON.stringify({ token, user }))
    return person
  }

  /** Opens a page at `path`, the part of the URL after `#`. */
  page(server, path) {
    return this.browser.page(`${server.url}/#${path}`)
  }

  close() {
    return this.browser.close()
  }
}
