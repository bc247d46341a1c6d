'use client'
import { Monitor, Moon, Sun } from 'lucide-react'
import { useState } from 'react'
import { themeCookie, themes, type Theme } from './theme.ts'

const looks = {
  system: { icon: Monitor, text: 'Theme: as the system' },
  light: { icon: Sun, text: 'Theme: light' },
  dark: { icon: Moon, text: 'Theme: dark' },
}

function apply(theme: Theme): void {
  const root = document.documentElement
  if (theme === 'system') delete root.dataset.theme
  else root.dataset.theme = theme
  // oxlint-disable-next-line unicorn/no-document-cookie -- the Cookie Store API is not in every browser yet
  document.cookie = `${themeCookie}=${theme}; path=/; max-age=31536000; samesite=lax`
  window.dispatchEvent(new Event('graft-theme'))
}

/** Goes round system, light, dark. */
export function ThemeToggle({ initial }: { initial: Theme }) {
  const [theme, setTheme] = useState(initial)
  const { icon: Icon, text } = looks[theme]
  const next = () => {
    const following = themes[(themes.indexOf(theme) + 1) % themes.length]!
    setTheme(following)
    apply(following)
  }
  return (
    <button type="button" onClick={next} title={text} aria-label={`${text}. Change`} className="grid size-8 place-items-center rounded-md text-muted transition-colors hover:bg-hover hover:text-ink">
      <Icon aria-hidden size={16} />
    </button>
  )
}
