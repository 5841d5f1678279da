import { after, before, test } from 'node:test'
import { execSync } from 'node:child_process'
import { Desks } from './harness/desk.js'
const cpu = () => execSync(`ps -eo pid,ppid,time,args --sort=pid | grep "[c]hromium.*touchline-browser" | awk '{print $3}'`).toString()
const ticks = () => { // sum of utime+stime of chromium processes by type
  const out = execSync(`for p in $(pgrep -f touchline-browser-); do echo "$(cut -d' ' -f14,15 /proc/$p/stat 2>/dev/null) $(tr '\\0' ' ' </proc/$p/cmdline | grep -o -- '--type=[a-z-]*')"; done`, {shell:'/bin/bash'}).toString()
  const sums = {}
  for (const l of out.trim().split('\n')) { const [u,s,t='browser'] = l.split(' '); sums[t] = (sums[t]||0) + (+u + +s)/100 }
  return sums
}
test('m', async () => {
  const desks = await Desks.open()
  console.log('launched', ticks(), process.cpuUsage())
  for (let i=0;i<4;i++) {
  const { page, thumb } = await desks.open()
  await page.locator('[data-runs="0"]').waitFor()
  const c = await page.context().newCDPSession(page); await c.send('Performance.enable')
  const m = Object.fromEntries((await c.send('Performance.getMetrics')).metrics.map(({name,value})=>[name,value]))
  console.log('opened', ticks(), process.cpuUsage().user/1e6, {task:m.TaskDuration,script:m.ScriptDuration,layout:m.LayoutDuration,style:m.RecalcStyleDuration})
  for (let k=0;k<10;k++) await thumb.runs(1)
  const n = Object.fromEntries((await c.send('Performance.getMetrics')).metrics.map(({name,value})=>[name,value]))
  console.log('10 taps', ticks(), process.cpuUsage().user/1e6, {task:n.TaskDuration,script:n.ScriptDuration,layout:n.LayoutDuration,style:n.RecalcStyleDuration})
  await page.close()
  }
  await desks.close()
})
