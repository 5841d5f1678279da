// Somebody who is signed in: a browser with the session that a login leaves behind.

import { Browser } from './browser.js'

export class Person {
  /** `role` is that of a new account; a scorer is assigned to `events`. `browser`: see `with`. */
  static async of(server, role, { events = [], browser } = {}) {
    const token = await server.token(role, events)
    const answer = await fetch(`${server.url}/api/me`, { headers: { authorization: `Bearer ${token}` } })
    const { user } = await answer.json()
    return Person.with({ token, user }, browser)
  }

  /** Whom a login's answer is about: in a browser of their own, unless one is given. */
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

  /** A page at `path`, the part of the address behind `#`. */
  page(server, path) {
    return this.browser.page(`${server.url}/#${path}`)
  }

  close() {
    return this.browser.close()
  }
}
