; Installs for one person, without an administrator: makensis -DVERSION=… -DSOURCE=… -DOUT=… -DICONS=… installer.nsi
Unicode true
!include "MUI2.nsh"

Name "Scenewright"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\Scenewright"
InstallDirRegKey HKCU "Software\Scenewright" "InstallDir"
RequestExecutionLevel user
SetCompressor /SOLID lzma
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "Scenewright"
VIAddVersionKey "FileDescription" "Installs Scenewright"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "MIT OR Apache-2.0"

!define MUI_ICON "${ICONS}\scenewright.ico"
!define MUI_UNICON "${ICONS}\scenewright.ico"
!insertmacro MUI_PAGE_LICENSE "${SOURCE}\LICENSE-MIT"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\Scenewright"

Section
  SetOutPath "$INSTDIR"
  File /r "${SOURCE}\*"
  CreateShortcut "$SMPROGRAMS\Scenewright.lnk" "$INSTDIR\scenewright.exe"
  WriteRegStr HKCU "Software\Scenewright" "InstallDir" "$INSTDIR"
  WriteRegStr HKCU "Software\Classes\.scenewright" "" "Scenewright.Scene"
  WriteRegStr HKCU "Software\Classes\Scenewright.Scene" "" "Scenewright scene"
  WriteRegStr HKCU "Software\Classes\Scenewright.Scene\DefaultIcon" "" "$INSTDIR\scenewright.exe,0"
  WriteRegStr HKCU "Software\Classes\Scenewright.Scene\shell\open\command" "" '"$INSTDIR\scenewright.exe" "%1"'
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "Scenewright"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\scenewright.exe"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteUninstaller "$INSTDIR\uninstall.exe"
SectionEnd

Section "Uninstall"
  Delete "$INSTDIR\scenewright.exe"
  Delete "$INSTDIR\README.md"
  Delete "$INSTDIR\CHANGELOG.md"
  Delete "$INSTDIR\LICENSE-MIT"
  Delete "$INSTDIR\LICENSE-APACHE"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Scenewright.lnk"
  DeleteRegKey HKCU "Software\Classes\.scenewright"
  DeleteRegKey HKCU "Software\Classes\Scenewright.Scene"
  DeleteRegKey HKCU "Software\Scenewright"
  DeleteRegKey HKCU "${UNINSTALL}"
SectionEnd
