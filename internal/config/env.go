package config

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// EnvPrefix starts every environment variable that sets a key.
const EnvPrefix = "WARTEMARKE_"

// envName of a key: "kiosk.printer.port" is WARTEMARKE_KIOSK_PRINTER_PORT.
func envName(key string) string {
	return EnvPrefix + strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(key))
}

// keysOf lists the keys of cfg.
func keysOf(cfg Config) []string {
	var keys []string
	eachField(reflect.ValueOf(&cfg).Elem(), "", func(key string, _ reflect.Value) { keys = append(keys, key) })
	return keys
}

// eachField calls fn for every key that is not a table.
func eachField(v reflect.Value, prefix string, fn func(key string, field reflect.Value)) {
	for i := range v.NumField() {
		f, field := v.Type().Field(i), v.Field(i)
		if !f.IsExported() {
			continue
		}
		switch name := f.Tag.Get("toml"); {
		case f.Anonymous:
			eachField(field, prefix, fn)
		case field.Kind() == reflect.Slice && field.Type().Elem().Kind() == reflect.Struct:
			// A list of tables has no single value that a variable could hold.
		case field.Kind() == reflect.Struct:
			eachField(field, prefix+name+".", fn)
		default:
			fn(prefix+name, field)
		}
	}
}

// applyEnv sets every key that environ names. Lists are given with commas.
func applyEnv(cfg *Config, environ []string) Problems {
	values := map[string]string{}
	for _, e := range environ {
		if name, value, ok := strings.Cut(e, "="); ok && strings.HasPrefix(name, EnvPrefix) {
			values[name] = value
		}
	}
	var problems Problems
	eachField(reflect.ValueOf(cfg).Elem(), "", func(key string, field reflect.Value) {
		value, ok := values[envName(key)]
		if !ok {
			return
		}
		delete(values, envName(key))
		if err := setField(field, value); err != nil {
			problems = append(problems, Problem{File: "environment " + envName(key), Key: key, Message: err.Error()})
		}
	})
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if section, ours := sectionOf(name); ours {
			problems = append(problems, Problem{File: "environment " + name, Message: "unknown variable; allowed for " + section + ": " + strings.Join(beside(section), ", ")})
		}
	}
	return problems
}

// sectionOf gives the section that a variable is meant for. Others, such as WARTEMARKE_WINDOW, are not about the file.
func sectionOf(variable string) (section string, ours bool) {
	for _, s := range sections { // kiosk.printer after kiosk: the longest one counts
		if strings.HasPrefix(variable, envName(s)+"_") {
			section, ours = s, true
		}
	}
	return section, ours
}

func setField(f reflect.Value, value string) error {
	switch f.Kind() {
	case reflect.String:
		f.SetString(value)
	case reflect.Int:
		n, err := strconv.Atoi(value)
		if err != nil {
			return fmt.Errorf("%q is not a whole number", value)
		}
		f.SetInt(int64(n))
	case reflect.Float64:
		x, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return fmt.Errorf("%q is not a number", value)
		}
		f.SetFloat(x)
	case reflect.Slice:
		f.Set(reflect.ValueOf(splitList(value)))
	case reflect.Array:
		parts := splitList(value)
		if len(parts) != f.Len() {
			return fmt.Errorf("%q: give %d numbers with commas", value, f.Len())
		}
		for i, p := range parts {
			if err := setField(f.Index(i), p); err != nil {
				return err
			}
		}
	default:
		return fmt.Errorf("cannot be set from the environment")
	}
	return nil
}

func splitList(s string) []string {
	var out []string
	for _, p := range strings.Split(s, ",") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}
